// See uri.h.
#include "net/http/uri.h"

#include <algorithm>

#include "net/http/syntax.h"

namespace rill::http {

namespace {

// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
         });
}

// RFC 3986 5.2.3.
std::string merge_paths(const UriParts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  const std::size_t kept = slash == std::string_view::npos ? 0 : slash + 1;
  return std::string(base.path.substr(0, kept)).append(path);
}

}  // namespace

UriParts split_uri(std::string_view text) {
  UriParts parts;
  if (const std::size_t hash = text.find('#'); hash != text.npos) {
    parts.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const std::size_t question = text.find('?'); question != text.npos) {
    parts.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  const std::size_t colon = text.find(':');
  if (colon != text.npos && is_scheme(text.substr(0, colon))) {
    parts.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    parts.authority = text.substr(0, text.find('/'));
    text.remove_prefix(parts.authority->size());
  }
  parts.path = text;
  return parts;
}

std::string join_uri(const UriParts& parts) {
  std::string text;
  if (parts.scheme) text.append(*parts.scheme).append(":");
  if (parts.authority) text.append("//").append(*parts.authority);
  text.append(parts.path);
  if (parts.query) text.append("?").append(*parts.query);
  if (parts.fragment) text.append("#").append(*parts.fragment);
  return text;
}

std::string remove_dot_segments(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  // A path that does not begin with '/' loses dot segments at its front; the RFC's rule A.
  while (path.starts_with("./") || path.starts_with("../")) {
    path.remove_prefix(path.find('/') + 1);
  }
  if (path == "." || path == "..") return out;

  while (!path.empty()) {
    const std::size_t length = path.find('/', 1);  // one segment with the '/' before it
    const std::string_view segment = path.substr(0, length);
    const bool is_last = length == path.npos;
    path.remove_prefix(segment.size());
    const bool is_up = segment == "/..";
    if (is_up) {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == out.npos ? 0 : slash);
    }
    if (!is_up && segment != "/.") {
      out.append(segment);
    } else if (is_last) {
      out += '/';
    }
  }
  return out;
}

std::string resolve_reference(std::string_view base, std::string_view reference) {
  const UriParts from = split_uri(base);
  UriParts target = split_uri(reference);
  std::string path;
  if (target.scheme || target.authority || target.path.starts_with('/')) {
    path = remove_dot_segments(target.path);
  } else if (target.path.empty()) {
    path = from.path;
    if (!target.query) target.query = from.query;
  } else {
    path = remove_dot_segments(merge_paths(from, target.path));
  }
  if (!target.scheme) {
    if (!target.authority) target.authority = from.authority;
    target.scheme = from.scheme;
  }
  target.path = path;
  return join_uri(target);
}

}  // namespace rill::http
