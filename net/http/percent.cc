// See percent.h.
#include "net/http/percent.h"

#include "net/http/syntax.h"

namespace rill::http {

namespace {

void append_triplet(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

// The byte that the triplet at `at` stands for, or -1.
int triplet(std::string_view text, std::size_t at) {
  if (text[at] != '%' || text.size() - at < 3) return -1;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// pchar without triplets, and what may separate: path = "/" and pchar, query = "?", "/" and pchar.
bool stays(char c) {
  return is_unreserved(c) || is_sub_delimiter(c) || c == ':' || c == '@' || c == '/' || c == '?';
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text) {
  for (char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      append_triplet(out, c);
    }
  }
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const int byte = triplet(text, at);
    if (byte < 0) return std::nullopt;
    out += static_cast<char>(byte);
    at += 2;
  }
  return out;
}

std::string normalise_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    const int byte = triplet(text, at);
    if (byte >= 0) {
      c = static_cast<char>(byte);
      at += 2;
    }
    if (byte >= 0 ? is_unreserved(c) : stays(c)) {
      out += c;
    } else {
      append_triplet(out, c);
    }
  }
  return out;
}

}  // namespace rill::http
