// The media type of a file by its name.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rill::http {

/// For a name without a known extension: bytes, which a browser offers to save (RFC 9110 8.3).
inline constexpr std::string_view kUnknownMediaType = "application/octet-stream";

/// Starts with a built-in table of about 60 common types; text types say "charset=utf-8".
class MediaTypes {
 public:
  MediaTypes();

  /// Reads lines of the form of /etc/mime.types, "text/css  css  style # comment"; they outrank
  /// earlier ones. Malformed types and extensions are skipped. Text types get "charset=utf-8".
  void add(std::string_view lines);

  /// By the extension after the last '.' of the last segment, ignoring case: "a/INDEX.HTML" is
  /// "text/html; charset=utf-8". ".html" and "html" have none. The view lives as long as this
  /// object and until add().
  std::string_view find(std::string_view file_name) const;

 private:
  std::map<std::string, std::string, std::less<>> by_extension_;
};

}  // namespace rill::http
