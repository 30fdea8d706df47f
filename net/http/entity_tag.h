// Entity tags (RFC 9110 8.8.3): names of versions, and lists of them in If-Match and If-None-Match.
#pragma once

#include <optional>
#include <string_view>

namespace rill::http {

struct EntityTag {
  std::string_view opaque;  ///< with its quotes
  bool is_weak = false;
};

/// Takes the first tag off the front of a list, with the commas and spaces before it. Nothing at
/// the end of the list, and nothing if no tag comes next; then `list` is empty. (A comma may stand
/// inside of a tag, so a list cannot be split first.)
std::optional<EntityTag> take_entity_tag(std::string_view& list);

/// `text` is one tag and nothing else.
std::optional<EntityTag> parse_entity_tag(std::string_view text);

/// RFC 9110 8.8.3.2. Strong: the same bytes. Weak: as good as the same.
inline bool strongly_equal(const EntityTag& a, const EntityTag& b) {
  return !a.is_weak && !b.is_weak && a.opaque == b.opaque;
}
inline bool weakly_equal(const EntityTag& a, const EntityTag& b) { return a.opaque == b.opaque; }

}  // namespace rill::http
