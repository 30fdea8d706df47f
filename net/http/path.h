// From the path of a request to the name of a file below a root.
//
// Invariant: the result is relative, has no empty, "." or ".." segment, no backslash and no control
// byte: joined to a directory it names something below that directory, as far as text can say. What
// links do on the way is the file system's: open with openat2(RESOLVE_BENEATH), see openat2(2).
//
// Decoding happens exactly once. A ".." that climbs above the root is refused, not clipped: nobody
// honest sends one (CVE-2021-41773). So is an encoded '/' or NUL, and overlong UTF-8, which some
// decoders read as '.' or '/'. Other bytes pass, for Unix file names are bytes, not UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rill::http {

enum class PathFault : std::uint8_t {
  none,
  malformed,  ///< answer 400: bad triplet, control byte, backslash, overlong UTF-8, no leading '/'
  escape,     ///< answer 400: ".." above the root
  no_file,    ///< answer 404: an encoded '/', which is in no file's name
};

/// Reused from request to request, so that it allocates nothing in the steady state.
class RequestPath {
 public:
  /// Takes the path of an origin-form target ("/a%20b/", without query). After a fault the rest is
  /// empty.
  PathFault assign(std::string_view path);

  /// "a b/c"; "" is the root itself. NUL-terminated by c_str(). No '/' at either end.
  const std::string& relative() const { return relative_; }
  /// The request ended in '/', "." or "..": it asks for a directory.
  bool wants_directory() const { return wants_directory_; }

 private:
  PathFault add_segment(std::string_view encoded);

  std::string relative_;
  bool wants_directory_ = false;
};

}  // namespace rill::http
