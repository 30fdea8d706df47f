// Intrusive doubly linked lists: a node is part of the object, so linking allocates nothing, and an
// object can leave its list without knowing which list that is.
//
// An object may be in several lists at once through nodes with different tags. Lists own nothing.
#pragma once

namespace rill {

/// For nodes that are pushed before anybody asks them anything.
struct LeaveUnset {};

template <class Tag>
class ListNode {
 public:
  ListNode() : prev_(this), next_(this) {}
  explicit ListNode(LeaveUnset) {}
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;

  bool is_linked() const { return next_ != this; }
  /// Leaves its list; no effect if in none.
  void unlink() {
    prev_->next_ = next_;
    next_->prev_ = prev_;
    prev_ = next_ = this;
  }
  /// The same for a node that dies or is pushed again before anybody asks it anything: its own
  /// links stay stale. Only for a linked node. Saves two stores on the hottest paths.
  void leave() {
    prev_->next_ = next_;
    next_->prev_ = prev_;
  }
  /// Stands in its list where `other` stood, which is unlinked. This node must be in no list.
  void take_place_of(ListNode& other) {
    if (!other.is_linked()) return;
    prev_ = other.prev_;
    next_ = other.next_;
    prev_->next_ = next_->prev_ = this;
    other.prev_ = other.next_ = &other;
  }

 private:
  template <class T, class>
  friend class List;
  ListNode* prev_;
  ListNode* next_;
};

/// A list of T, where T derives from ListNode<Tag>. Must be empty when it dies.
template <class T, class Tag>
class List {
  using Node = ListNode<Tag>;

 public:
  bool empty() const { return !head_.is_linked(); }
  T& front() { return static_cast<T&>(*head_.next_); }
  T& back() { return static_cast<T&>(*head_.prev_); }

  void push_back(T& object) {
    Node& node = object;
    node.prev_ = head_.prev_;
    node.next_ = &head_;
    head_.prev_->next_ = &node;
    head_.prev_ = &node;
  }
  T& pop_front() {
    T& first = front();
    static_cast<Node&>(first).unlink();
    return first;
  }
  /// The same by leave(): for lists whose objects know by other means whether they are in it.
  T& take_front() {
    Node* const first = head_.next_;
    head_.next_ = first->next_;
    first->next_->prev_ = &head_;
    return static_cast<T&>(*first);
  }
  /// Calls f(T&) for each; f must not change the list.
  template <class F>
  void for_each(F f) const {
    for (Node* node = head_.next_; node != &head_; node = node->next_) f(static_cast<T&>(*node));
  }
  /// Counts them, one by one.
  unsigned long count() const {
    unsigned long total = 0;
    for (Node* node = head_.next_; node != &head_; node = node->next_) ++total;
    return total;
  }

 private:
  Node head_;
};

/// A list that may die before its objects: it lets them go, each of them unlinked.
template <class T, class Tag>
class LettingGoList : public List<T, Tag> {
 public:
  LettingGoList() = default;
  ~LettingGoList() {
    while (!this->empty()) this->pop_front();
  }
};

}  // namespace rill
