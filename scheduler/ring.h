// Ring<T>: a queue of values in one growing block, for Channel. It is here because <deque> takes
// every program that includes our headers a tenth of a second to compile.
//
// push_back, push_front, pop_front. The capacity doubles when it is full and never shrinks. T needs
// a move constructor.
#pragma once

#include <cstddef>
#include <new>
#include <utility>

namespace rill {

template <class T>
class Ring {
 public:
  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() {
    while (size_ > 0) pop_front();
    if (slots_ != nullptr) free_slots(slots_, capacity_);
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push_back(T&& value) {
    make_room();
    ::new (static_cast<void*>(slot(size_))) T(std::move(value));
    ++size_;
  }
  void push_front(T&& value) {
    make_room();
    const std::size_t before = (first_ + capacity_ - 1) & (capacity_ - 1);
    ::new (static_cast<void*>(slots_ + before)) T(std::move(value));
    first_ = before;
    ++size_;
  }
  /// Not when empty.
  T pop_front() {
    T* const first = slots_ + first_;
    T value = std::move(*first);
    first->~T();
    first_ = (first_ + 1) & (capacity_ - 1);
    --size_;
    return value;
  }

 private:
  static T* allocate_slots(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{alignof(T)}));
  }
  static void free_slots(T* slots, std::size_t count) {
    ::operator delete(slots, count * sizeof(T), std::align_val_t{alignof(T)});
  }
  T* slot(std::size_t place) { return slots_ + ((first_ + place) & (capacity_ - 1)); }

  void make_room() {
    if (size_ < capacity_) return;
    const std::size_t wider = capacity_ == 0 ? 4 : capacity_ * 2;
    T* const slots = allocate_slots(wider);
    for (std::size_t i = 0; i < size_; ++i) {
      ::new (static_cast<void*>(slots + i)) T(std::move(*slot(i)));
      slot(i)->~T();
    }
    if (slots_ != nullptr) free_slots(slots_, capacity_);
    slots_ = slots;
    capacity_ = wider;
    first_ = 0;
  }

  T* slots_ = nullptr;
  std::size_t capacity_ = 0;  // a power of two, or 0
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace rill
