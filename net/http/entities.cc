// See entities.h. The rules are those of the HTML standard, sections 13.2.5.72 to 80.
#include "net/http/entities.h"

#include <algorithm>
#include <cstdint>

#include "net/http/syntax.h"

namespace rill::http {

namespace {

struct Name {
  std::string_view text;
  char meaning;
  bool needs_semicolon;
};
constexpr Name kNames[] = {{"amp", '&', false},
                           {"lt", '<', false},
                           {"gt", '>', false},
                           {"quot", '"', false},
                           {"apos", '\'', true}};

void append_utf8(std::string& out, std::uint32_t code) {
  const bool is_scalar = code != 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (!is_scalar) code = 0xfffd;
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned char kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(kLead[more] | code >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3f));
}

// The reference at the start of `text` (after '&'): appends what it means, returns its length, or
// 0.
std::size_t decode_number(std::string_view text, std::string& out) {
  const bool is_hex = text.size() > 1 && to_lower(text[1]) == 'x';
  std::size_t at = is_hex ? 2 : 1;
  const std::size_t begin = at;
  std::uint32_t code = 0;
  for (; at < text.size(); ++at) {
    const int digit = hex_digit(text[at]);
    if (digit < 0 || (!is_hex && digit > 9)) break;
    code = std::min<std::uint32_t>(code * (is_hex ? 16 : 10) + digit, 0x110000);
  }
  if (at == begin) return 0;
  append_utf8(out, code);
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

std::size_t decode_name(std::string_view text, std::string& out) {
  for (const Name& name : kNames) {
    if (!text.starts_with(name.text)) continue;
    const char next = name.text.size() < text.size() ? text[name.text.size()] : '\0';
    const bool is_longer_word = next == '=' || is_letter(next) || is_digit(next);
    if (next != ';' && (name.needs_semicolon || is_longer_word)) continue;
    out += name.meaning;
    return name.text.size() + (next == ';' ? 1 : 0);
  }
  return 0;
}

}  // namespace

std::string decode_entities(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  while (!value.empty()) {
    const std::size_t plain = std::min(value.find('&'), value.size());
    out.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) break;
    value.remove_prefix(1);
    const std::size_t used =
        value.starts_with('#') ? decode_number(value, out) : decode_name(value, out);
    if (used == 0) out += '&';
    value.remove_prefix(used);
  }
  return out;
}

}  // namespace rill::http
