// See entity_tag.h.
#include "net/http/entity_tag.h"

#include "net/http/syntax.h"

namespace rill::http {

namespace {

// etagc = %x21 / %x23-7E / obs-text
bool is_tag_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != '"' && byte != 0x7f;
}

// The length of the tag at the front of `text`; 0: there is none.
std::size_t tag_bytes(std::string_view text) {
  std::size_t at = text.starts_with("W/") ? 2 : 0;
  if (at >= text.size() || text[at] != '"') return 0;
  for (++at; at < text.size() && is_tag_char(text[at]); ++at) {
  }
  return at < text.size() && text[at] == '"' ? at + 1 : 0;
}

EntityTag tag_of(std::string_view text) {
  const bool is_weak = text.starts_with("W/");
  return {text.substr(is_weak ? 2 : 0), is_weak};
}

}  // namespace

std::optional<EntityTag> take_entity_tag(std::string_view& list) {
  while (!list.empty() && (is_space(list.front()) || list.front() == ',')) list.remove_prefix(1);
  const std::size_t bytes = tag_bytes(list);
  const std::string_view rest = trim(list.substr(bytes));
  if (bytes == 0 || !(rest.empty() || rest.front() == ',')) {
    list = {};
    return std::nullopt;
  }
  const EntityTag tag = tag_of(list.substr(0, bytes));
  list = rest;
  return tag;
}

std::optional<EntityTag> parse_entity_tag(std::string_view text) {
  if (text.empty() || tag_bytes(text) != text.size()) return std::nullopt;
  return tag_of(text);
}

}  // namespace rill::http
