// Strings of JSON, written by hand, since every event of a run passes here. Eight bytes at a time
// are copied and looked through in one go; nearly all of them need nothing else.
#pragma once

#include <cstddef>
#include <string_view>

namespace rill::trace {

/// Room that a text of so many bytes takes at most, quotes and what is written too far included.
constexpr std::size_t json_room(std::size_t size_bytes) { return 6 * size_bytes + 2 + 8; }

/// `text`, which should be UTF-8, in quotes; a byte that is none becomes U+FFFD. The new end.
char* put_text(char* to, std::string_view text);
/// The same of bytes: byte b is the character U+00b, and all but printable ASCII is escaped.
char* put_bytes(char* to, std::string_view bytes);
/// As it is.
char* put_plain(char* to, std::string_view text);

}  // namespace rill::trace
