// UTF-8 is scheduler/print's business, JSON nlohmann's. See text.h.
#include "scheduler/export/text.h"

#include <nlohmann/json.hpp>

#include "scheduler/print/utf8.h"

namespace rill::exports {

std::string one_line(std::string_view text, std::size_t most_bytes) {
  std::string line;
  while (!text.empty()) {
    if (line.size() >= most_bytes) return line + "...";
    const print::CodePoint next = print::first_code_point(text);
    if (!next.is_valid) {
      line += '?';
    } else if (print::is_acted_upon(next.code)) {
      line += ' ';
    } else {
      line += text.substr(0, next.size_bytes);
    }
    text.remove_prefix(next.size_bytes);
  }
  return line;
}

std::string seed_words(const trace::Header& header) {
  if (!header.seed) return "";
  std::string words = "seed " + std::to_string(*header.seed);
  const std::size_t choices = header.chosen.size();
  if (choices > 0) words += " but for " + std::to_string(choices) + " choice";
  return choices > 1 ? words + "s" : words;
}

std::string json_text(std::string_view text) {
  using Json = nlohmann::json;
  return Json(text).dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

}  // namespace rill::exports
