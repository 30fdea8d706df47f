// See live_record.h.
#include "scheduler/trace/live_record.h"

#include <algorithm>
#include <array>

namespace rill::trace {

Name::Name(std::string_view text) {
  if (text.empty()) return;
  std::array<char, 512> here;  // for nearly all
  std::string elsewhere;
  char* json = here.data();
  if (json_room(text.size()) > here.size()) {
    elsewhere.resize(json_room(text.size()));
    json = elsewhere.data();
  }
  keep({json, static_cast<std::size_t>(put_text(json, text) - json)});
}

Name Name::list(std::span<const Name* const> names) {
  Name result;
  if (names.empty()) return result;
  std::string json = "[";
  for (const Name* const name : names) {
    json += name->empty() ? "\"\"" : name->json();
    json += ',';
  }
  json.back() = ']';
  result.keep(json);
  return result;
}

void Name::keep(std::string_view json) {
  json_ = std::make_unique<char[]>(std::max(json.size(), kShort));
  json.copy(json_.get(), json.size());
  size_bytes_ = static_cast<std::uint32_t>(json.size());
}

}  // namespace rill::trace
