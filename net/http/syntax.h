// The small words of HTTP's grammar (RFC 9110 5.6): character classes, tokens, lists, numbers.
//
// Everything here is pure, allocates nothing and knows nothing of messages. Text is bytes: no
// locale, and only ASCII letters have a case.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rill::http {

namespace internal {

enum : std::uint8_t {
  kToken = 1,         // tchar, RFC 9110 5.6.2
  kFieldValue = 2,    // HTAB, SP, VCHAR and obs-text, RFC 9110 5.5
  kUnreserved = 4,    // RFC 3986 2.3
  kSubDelimiter = 8,  // RFC 3986 2.2
  kDigit = 16,
  kLetter = 32,
  kTarget = 64,  // visible ASCII but '#': what a request target is made of
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  auto mark = [&](std::string_view characters, unsigned bits) {
    for (char c : characters) classes[static_cast<unsigned char>(c)] |= bits;
  };
  for (unsigned c = 0x20; c < 0x100; ++c) classes[c] |= c == 0x7f ? 0 : kFieldValue;
  mark("\t", kFieldValue);
  for (unsigned c = 0x21; c < 0x7f; ++c) classes[c] |= c == '#' ? 0 : kTarget;
  mark("0123456789", kDigit | kToken | kUnreserved);
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", kLetter | kToken | kUnreserved);
  mark("-._~", kUnreserved);
  mark("!#$%&'*+-.^_`|~", kToken);
  mark("!$&'()*+,;=", kSubDelimiter);
  return classes;
}

inline constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

constexpr bool has_class(char c, unsigned bits) {
  return (kClasses[static_cast<unsigned char>(c)] & bits) != 0;
}

}  // namespace internal

constexpr bool is_token_char(char c) { return internal::has_class(c, internal::kToken); }
constexpr bool is_field_value_char(char c) { return internal::has_class(c, internal::kFieldValue); }
constexpr bool is_unreserved(char c) { return internal::has_class(c, internal::kUnreserved); }
constexpr bool is_sub_delimiter(char c) { return internal::has_class(c, internal::kSubDelimiter); }
constexpr bool is_digit(char c) { return internal::has_class(c, internal::kDigit); }
constexpr bool is_letter(char c) { return internal::has_class(c, internal::kLetter); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }  // OWS, RFC 9110 5.6.3
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// 0 to 15, or -1.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = to_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// One or more tchar: a method, a field name, a transfer coding.
bool is_token(std::string_view text);
/// No control byte but HTAB: what may stand in a field line. Empty is fine.
bool is_field_value(std::string_view text);
/// One or more bytes of visible ASCII and no '#': what may stand as a request target. The
/// characters that RFC 3986 wants encoded ("<>\^`{|}) are let through, as browsers send them.
bool is_request_target(std::string_view text);

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

constexpr std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// Digits only, at least one, and the value fits; no sign, no spaces.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

/// Calls visit(element, is_last) for each element of a comma-separated list (RFC 9110 5.6.1),
/// without surrounding spaces. An empty list has one empty element.
template <class Visit>
constexpr void for_each_element(std::string_view list, Visit visit) {
  for (;;) {
    const std::size_t comma = list.find(',');
    const bool is_last = comma == std::string_view::npos;
    visit(trim(list.substr(0, comma)), is_last);
    if (is_last) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace rill::http
