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
// Why not a library: docs/dependencies.md has what libxml2's push parser and Gumbo were measured
// at.
//
// Left out: <!-- <script> --> inside a script (an end tag ends it), srcset, CSS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rill::http {

enum class LinkKind : std::uint8_t { a, area, base, link, image, script, iframe, frame, refresh };

/// "a", "img", "meta" for a refresh: the element's name.
std::string_view to_string(LinkKind kind);

struct Link {
  LinkKind kind = LinkKind::a;
  /// The value of href or src, or the URL that a refresh goes to: character references decoded,
  /// spaces around it and line breaks inside dropped (as the URL standard says), otherwise as
  /// written: relative, absurd, any bytes.
  std::string_view url;
  bool is_nofollow = false;  ///< rel has "nofollow" in it
  /// A <link> whose rel is "canonical", "next" or "prev": a page, other than a style sheet.
  bool leads_to_page = false;
};

class LinkScanner {
 public:
  /// A longer attribute value is no link: it is skipped.
  static constexpr std::size_t kMaxValueBytes = 8192;
  static constexpr std::size_t kMaxTitleBytes = 200;  ///< a longer title is cut

  /// Takes bytes from the front of `input` until a tag with a link is complete: true. False when
  /// `input` is used up. A tag that the page's end cuts off has no link.
  bool next(std::string_view& input);
  /// The link that next() found; valid until next() is called again.
  Link link() const { return {kind_, url_, is_nofollow_, leads_to_page_}; }
  /// <meta name="robots" content="nofollow"> (or "none") has been seen: links from here on are not
  /// to be followed. Those before it were given out already; it belongs into the head.
  bool page_is_nofollow() const { return page_is_nofollow_; }
  /// What the first <title> has said so far: character references decoded, one space for many.
  std::string title() const;

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

  /// The attribute whose value is being read.
  enum class Role : std::uint8_t { none, link, rel, http_equiv, name };

  void take_title(std::string_view text);
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
  bool link_seen_ = false;      // this tag has its href, src or content; a second does not count
  bool link_found_ = false;     // value_ has it
  bool link_complete_ = false;  // and its tag is complete
  Role role_ = Role::none;
  bool is_nofollow_ = false;    // of the tag being read
  bool leads_to_page_ = false;  // likewise
  bool is_refresh_ = false;     // a meta's http-equiv
  bool is_robots_ = false;      // a meta's name
  bool page_is_nofollow_ = false;
  bool title_ended_ = false;
  LinkKind kind_ = LinkKind::a;
  std::string tag_;   // lower case, cut at kMaxNameBytes
  std::string name_;  // likewise
  std::string value_;
  std::string words_;  // of rel, http-equiv, name: lower case, cut at kMaxWordsBytes
  std::string title_;
  std::string url_;
  std::string_view raw_element_;  // static text
};

}  // namespace rill::http
