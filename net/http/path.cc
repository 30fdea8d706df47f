// See path.h.
#include "net/http/path.h"

#include "net/http/syntax.h"

namespace rill::http {

namespace {

// A lead byte with a continuation that a shorter sequence could say (RFC 3629 section 3): C0 and C1
// before any continuation, E0 before 80 to 9F, F0 before 80 to 8F.
bool is_overlong(unsigned char lead, unsigned char next) {
  if (lead == 0xc0 || lead == 0xc1) return next >= 0x80 && next <= 0xbf;
  if (lead == 0xe0) return next >= 0x80 && next <= 0x9f;
  return lead == 0xf0 && next >= 0x80 && next <= 0x8f;
}

}  // namespace

PathFault RequestPath::assign(std::string_view path) {
  relative_.clear();
  wants_directory_ = true;
  PathFault fault = path.starts_with('/') ? PathFault::none : PathFault::malformed;
  while (!path.empty() && fault == PathFault::none) {
    path.remove_prefix(1);  // the '/'
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    fault = add_segment(segment);
  }
  if (fault != PathFault::none) relative_.clear();
  return fault;
}

PathFault RequestPath::add_segment(std::string_view encoded) {
  const std::size_t parent_end = relative_.size();
  if (parent_end > 0) relative_ += '/';
  const std::size_t begin = relative_.size();
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    char c = encoded[at];
    if (c == '%') {
      if (encoded.size() - at < 3) return PathFault::malformed;
      const int high = hex_digit(encoded[at + 1]);
      const int low = hex_digit(encoded[at + 2]);
      if (high < 0 || low < 0) return PathFault::malformed;
      c = static_cast<char>(high << 4 | low);
      if (c == '/') return PathFault::no_file;
      at += 2;
    }
    if (!is_field_value_char(c) || c == '\t' || c == '\\') return PathFault::malformed;
    if (relative_.size() > begin && is_overlong(relative_.back(), c)) return PathFault::malformed;
    relative_ += c;
  }

  const std::string_view segment = std::string_view(relative_).substr(begin);
  wants_directory_ = segment.empty() || segment == "." || segment == "..";
  if (!wants_directory_) return PathFault::none;
  if (segment == ".." && parent_end == 0) return PathFault::escape;
  const std::size_t slash = segment == ".." ? relative_.rfind('/', parent_end - 1) : parent_end;
  relative_.resize(slash == std::string::npos ? 0 : slash);
  return PathFault::none;
}

}  // namespace rill::http
