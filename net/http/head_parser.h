// The fields of a complete head and what they say about the body: llhttp (Node's parser) behind our
// interface, and the rules of RFC 9112 section 6 on top.
//
// llhttp parses every head once, in one piece, in strict mode. It is the second reader: HeadReader
// has refused what lines can hide, the message parsers check the start line, and a head counts only
// if all agree. llhttp's body states are not used, BodyDecoder is: version 8.1.0 bounds neither the
// digits of a chunk size nor extensions, and refuses the valid extension "a=b;c=d".
#pragma once

#include <cstdint>
#include <string_view>

#include "net/http/head_reader.h"
#include "net/http/message.h"

namespace rill::http {

/// What the fields say about the body; each message parser adds its own rules.
enum class Framing : std::uint8_t {
  none,            ///< neither Content-Length nor Transfer-Encoding
  length,          ///< Content-Length
  chunked,         ///< Transfer-Encoding: chunked
  unknown_coding,  ///< Transfer-Encoding ends in chunked, with codings before it that we do not
                   ///< know
};

class HeadParser {
 public:
  /// False: malformed, that is llhttp's grammar, an empty field name, or framing that cannot be
  /// trusted (more than one Content-Length, one that is no number below 2^64, Transfer-Encoding
  /// beside Content-Length, twice, not ending in chunked, or in HTTP/1.0).
  /// `minor_version` is the message's HTTP/1.x. Replaces `fields`: views into `head`.
  bool parse(Role role, std::string_view head, int minor_version, FieldList& fields);

  Framing framing() const { return framing_; }
  std::uint64_t content_length() const { return content_length_; }
  /// The version and Connection (RFC 9112 9.3).
  bool keep_alive() const { return keep_alive_; }

 private:
  bool read_fields(const FieldList& fields, int minor_version);
  bool read_transfer_encoding(std::string_view value);

  std::uint64_t content_length_ = 0;
  Framing framing_ = Framing::none;
  bool keep_alive_ = false;
};

}  // namespace rill::http
