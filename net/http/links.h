// Finds the links of an HTML page that comes in pieces.
//
//   LinkScanner scanner;
//   std::string_view input = piece;
//   while (scanner.next(input)) follow(scanner.link());   // then the next piece
//
// Its own tokenizer, after the states of the HTML standard (13.2.5) that decide where a tag ends:
// comments, raw text (script, style, ...), quoted and unquoted attributes, unclosed everything. It
// builds no tree, so nesting costs nothing. Every byte is looked at once and memory is bounded by
// kMaxValueBytes, whatever the page. Any cutting of the input gives the same links.
//
// Why not libxml2's push parser (measured on Debian 12): statically it needs ICU's 31 MB of data,
// lzma and zlib beside its own 2.8 MB, and its package brings ICU's headers to every newcomer.
//
// Left out: <!-- <script> --> inside a script (an end tag ends it), srcset, meta refresh, CSS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rill::http {

enum class LinkKind : std::uint8_t { a, area, base, link, image, script, iframe, frame };

/// "a", "img": the element's name.
std::string_view to_string(LinkKind kind);

struct Link {
  LinkKind kind = LinkKind::a;
  /// The value of href or src: character references decoded, spaces around it and line breaks
  /// inside dropped (as the URL standard says), otherwise as written: relative, absurd, any bytes.
  std::string_view url;
};

class LinkScanner {
 public:
  /// A longer attribute value is no link: it is skipped.
  static constexpr std::size_t kMaxValueBytes = 8192;

  /// Takes bytes from the front of `input` until a tag with a link is complete: true. False when
  /// `input` is used up. A tag that the page's end cuts off has no link.
  bool next(std::string_view& input);
  /// The link that next() found; valid until next() is called again.
  Link link() const { return {kind_, url_}; }

 private:
  enum class State : std::uint8_t {
    text,
    tag_open,      // after '<'
    end_tag_open,  // after "</"
    tag_name,
    before_name,  // between attributes
    name,         // of an attribute
    after_name,
    before_value,   // after '='
    value,          // up to quote_, or unquoted
    after_value,    // after the closing quote
    slash,          // after '/' in a tag
    markup,         // after "<!"
    markup_dash,    // after "<!-"
    bogus_comment,  // up to '>'
    comment,
    comment_start,  // after "<!--": "<!-->" and "<!--->" are complete
    comment_start_dash,
    comment_dash,  // after '-'
    comment_end,   // after "--"
    comment_bang,  // after "--!"
    raw_text,      // of raw_element_
    raw_open,      // after '<' in it
    raw_end_name,  // after "</" in it
  };

  State after(char c);
  State after_markup(char c);
  State after_raw_text(char c);
  State in_tag(char c);
  State begin_tag(char c, bool is_end_tag);
  State begin_value();
  void end_value();
  State end_tag();

  State state_ = State::text;
  char quote_ = '\0';  // '\0' for an unquoted value
  bool is_end_tag_ = false;
  bool link_seen_ = false;      // this tag has its href or src; a second one does not count
  bool link_found_ = false;     // value_ has it
  bool link_complete_ = false;  // and its tag is complete
  bool value_is_link_ = false;  // the value being read is it
  LinkKind kind_ = LinkKind::a;
  std::string tag_;   // lower case, cut at kMaxNameBytes
  std::string name_;  // likewise
  std::string value_;
  std::string url_;
  std::string_view raw_element_;  // static text
};

}  // namespace rill::http
