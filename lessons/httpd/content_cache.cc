// See content_cache.h.
#include "lessons/httpd/content_cache.h"

namespace rill::httpd {

/// The content, the path, and about what an entry takes of the map besides.
std::size_t ContentCache::cost(const Entry& entry) {
  return (entry.known.bytes ? entry.known.bytes->size() : 0) + entry.path->size() +
         2 * sizeof(Entry);
}

Known* ContentCache::find(const std::string& path) {
  const auto found = entries_.find(path);
  if (found == entries_.end()) return nullptr;
  Entry& entry = found->second;
  entry.unlink();
  by_use_.push_back(entry);
  return &entry.known;
}

void ContentCache::put(const std::string& path, const Known& known) {
  if (limits_.entries == 0) return;
  const auto [place, is_new] = entries_.try_emplace(path);
  Entry& entry = place->second;
  if (!is_new) size_bytes_ -= cost(entry);
  entry.path = &place->first;
  entry.known = known;
  size_bytes_ += cost(entry);
  entry.unlink();
  by_use_.push_back(entry);
  while (entries_.size() > limits_.entries || size_bytes_ > limits_.bytes) remove(by_use_.front());
}

void ContentCache::forget(const std::string& path) {
  const auto found = entries_.find(path);
  if (found != entries_.end()) remove(found->second);
}

void ContentCache::remove(Entry& entry) {
  size_bytes_ -= cost(entry);
  entry.unlink();
  entries_.erase(entries_.find(*entry.path));
}

}  // namespace rill::httpd
