// A hash table from keys that live elsewhere to 32-bit ids: which socket has this pair of ports,
// which host has this name.
//
// The caller brings the hash and compares keys. 8 bytes an entry, linear probing, at most two
// thirds full. Nothing here can be iterated: the order of a hash table must never decide what a run
// does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rill::simnet {

class IdTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// The id with this hash for which is_it(id) holds, or kNone.
  template <class IsIt>
  std::uint32_t find(std::uint64_t hash, IsIt is_it) const {
    if (entries_.empty()) return kNone;
    const auto tag = static_cast<std::uint32_t>(hash);
    for (std::size_t place = tag & mask();; place = (place + 1) & mask()) {
      const Entry& entry = entries_[place];
      if (entry.id == kNone) return kNone;
      if (entry.tag == tag && is_it(entry.id)) return entry.id;
    }
  }

  /// It must not be in.
  void insert(std::uint64_t hash, std::uint32_t id) {
    if (3 * (size_ + 1) > 2 * entries_.size()) grow();
    put({static_cast<std::uint32_t>(hash), id});
    ++size_;
  }

  /// It must be in.
  void erase(std::uint64_t hash, std::uint32_t id) {
    std::size_t hole = static_cast<std::uint32_t>(hash) & mask();
    while (entries_[hole].id != id) hole = (hole + 1) & mask();
    --size_;
    // Whoever was pushed past the hole by it moves back into it, so that no search stops early.
    for (std::size_t place = (hole + 1) & mask(); entries_[place].id != kNone;
         place = (place + 1) & mask()) {
      const std::size_t home = entries_[place].tag & mask();
      if (((place - home) & mask()) < ((place - hole) & mask())) continue;
      entries_[hole] = entries_[place];
      hole = place;
    }
    entries_[hole].id = kNone;
  }

 private:
  struct Entry {
    std::uint32_t tag = 0;
    std::uint32_t id = kNone;
  };
  std::size_t mask() const { return entries_.size() - 1; }
  void put(const Entry& entry) {
    std::size_t place = entry.tag & mask();
    while (entries_[place].id != kNone) place = (place + 1) & mask();
    entries_[place] = entry;
  }
  void grow() {
    std::vector<Entry> old(entries_.empty() ? 16 : 2 * entries_.size());
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.id != kNone) put(entry);
    }
  }

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace rill::simnet
