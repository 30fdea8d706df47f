// URI references as text (RFC 3986): taking apart, putting together, resolving. Any scheme; nothing
// is decoded or checked here, and no text is refused. Url (url.h) is the checked http form.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rill::http {

/// The five components; a missing one differs from an empty one ("/a?" has an empty query, "/a"
/// none). Views into the text that was split.
struct UriParts {
  std::optional<std::string_view> scheme;
  std::optional<std::string_view> authority;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

/// By the regular expression of RFC 3986 appendix B; what stands before a ':' is a scheme only if
/// it is spelled like one (section 3.1).
UriParts split_uri(std::string_view text);

/// RFC 3986 5.3: what split_uri() took apart.
std::string join_uri(const UriParts& parts);

/// RFC 3986 5.2.4: "." and ".." segments taken away; ".." at the top stays at the top. Linear time.
std::string remove_dot_segments(std::string_view path);

/// RFC 3986 5.2.2, strict: the target that `reference` means inside the document `base`, an
/// absolute URI.
std::string resolve_reference(std::string_view base, std::string_view reference);

}  // namespace rill::http
