// See live_record.h.
#include "scheduler/trace/live_record.h"

#include <algorithm>

namespace rill::trace {
namespace {

std::string json_of(std::string_view text) {
  std::string json(json_room(text.size()), '\0');
  json.resize(static_cast<std::size_t>(put_text(json.data(), text) - json.data()));
  return json;
}

}  // namespace

Name::Name(std::string_view text) {
  if (!text.empty()) keep(json_of(text));
}

Name::Name(std::span<const std::string> texts) {
  if (texts.empty()) return;
  std::string json = "[";
  for (const std::string& text : texts) (json += json_of(text)) += ',';
  json.back() = ']';
  keep(json);
}

void Name::keep(std::string_view json) {
  json_ = std::make_unique<char[]>(std::max(json.size(), kShort));
  json.copy(json_.get(), json.size());
  size_bytes_ = static_cast<std::uint32_t>(json.size());
}

}  // namespace rill::trace
