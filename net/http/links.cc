// See links.h. Each state returns the next; "again" in a comment means that the byte is looked at
// by the next state too, which the standard calls reconsuming.
#include "net/http/links.h"

#include <algorithm>
#include <iterator>

#include "net/http/entities.h"
#include "net/http/syntax.h"

namespace rill::http {

namespace {

// Longer than every name that matters, so that a name cut here is equal to none.
constexpr std::size_t kMaxNameBytes = 16;

struct LinkElement {
  std::string_view tag;
  std::string_view attribute;
  LinkKind kind;
};
constexpr LinkElement kLinkElements[] = {
    {"a", "href", LinkKind::a},          {"area", "href", LinkKind::area},
    {"base", "href", LinkKind::base},    {"link", "href", LinkKind::link},
    {"img", "src", LinkKind::image},     {"script", "src", LinkKind::script},
    {"iframe", "src", LinkKind::iframe}, {"frame", "src", LinkKind::frame},
};
// Elements whose text has no tags in it. noscript is not one: we run no scripts.
constexpr std::string_view kRawElements[] = {"script", "style",   "textarea", "title",
                                             "iframe", "noembed", "noframes", "xmp"};

bool is_html_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

void append_bounded(std::string& out, char c) {
  if (out.size() < kMaxNameBytes) out += to_lower(c);
}

// What the URL standard does before it parses: controls and spaces at the ends, and line breaks and
// tabs anywhere, are not there.
std::string strip(std::string url) {
  std::erase_if(url, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  const auto matters = [](char c) { return static_cast<unsigned char>(c) > ' '; };
  url.erase(std::find_if(url.rbegin(), url.rend(), matters).base(), url.end());
  url.erase(url.begin(), std::find_if(url.begin(), url.end(), matters));
  return url;
}

}  // namespace

std::string_view to_string(LinkKind kind) {
  for (const LinkElement& element : kLinkElements) {
    if (element.kind == kind) return element.tag;
  }
  return "";
}

bool LinkScanner::next(std::string_view& input) {
  while (!input.empty()) {
    if (state_ == State::text || state_ == State::raw_text) {  // most of a page
      input.remove_prefix(std::min(input.find('<'), input.size()));
      if (input.empty()) return false;
    }
    state_ = after(input.front());
    input.remove_prefix(1);
    if (link_complete_) {
      link_complete_ = false;
      return true;
    }
  }
  return false;
}

LinkScanner::State LinkScanner::after(char c) {
  switch (state_) {
    case State::text:
      return c == '<' ? State::tag_open : state_;
    case State::tag_open:
      if (is_letter(c)) return begin_tag(c, false);
      if (c == '/') return State::end_tag_open;
      if (c == '!') return State::markup;
      if (c == '?') return State::bogus_comment;
      return c == '<' ? state_ : State::text;
    case State::end_tag_open:
      if (is_letter(c)) return begin_tag(c, true);
      return c == '>' ? State::text : State::bogus_comment;

    case State::tag_name:
      if (is_html_space(c) || c == '/' || c == '>') return in_tag(c);
      append_bounded(tag_, c);
      return state_;
    case State::before_name:
      return in_tag(c);
    case State::name:
      if (c == '=') return begin_value();
      if (is_html_space(c)) return State::after_name;
      if (c == '/' || c == '>') return in_tag(c);
      append_bounded(name_, c);
      return state_;
    case State::after_name:
      if (is_html_space(c)) return state_;
      return c == '=' ? begin_value() : in_tag(c);
    case State::before_value:
      if (is_html_space(c)) return state_;
      if (c == '>') {
        end_value();
        return end_tag();
      }
      quote_ = c == '"' || c == '\'' ? c : '\0';
      if (quote_ != '\0') return State::value;
      state_ = State::value;
      return after(c);  // again
    case State::value:
      if (quote_ != '\0' && c == quote_) {
        end_value();
        return State::after_value;
      }
      if (quote_ == '\0' && (is_html_space(c) || c == '>')) {
        end_value();
        return in_tag(c);
      }
      if (value_is_link_ && value_.size() <= kMaxValueBytes) value_ += c;
      return state_;
    case State::after_value:
    case State::slash:
      return in_tag(c);

    case State::markup:
    case State::markup_dash:
    case State::bogus_comment:
    case State::comment:
    case State::comment_start:
    case State::comment_start_dash:
    case State::comment_dash:
    case State::comment_end:
    case State::comment_bang:
      return after_markup(c);
    case State::raw_text:
    case State::raw_open:
    case State::raw_end_name:
      return after_raw_text(c);
  }
  return state_;
}

// Between the parts of a tag.
LinkScanner::State LinkScanner::in_tag(char c) {
  if (is_html_space(c)) return State::before_name;
  if (c == '/') return State::slash;
  if (c == '>') return end_tag();
  name_.clear();
  append_bounded(name_, c);
  return State::name;
}

LinkScanner::State LinkScanner::begin_tag(char c, bool is_end_tag) {
  is_end_tag_ = is_end_tag;
  link_seen_ = link_found_ = false;
  tag_.clear();
  append_bounded(tag_, c);
  return State::tag_name;
}

LinkScanner::State LinkScanner::begin_value() {
  value_is_link_ = false;
  if (link_seen_) return State::before_value;
  for (const LinkElement& element : kLinkElements) {
    if (element.tag != tag_ || element.attribute != name_) continue;
    value_is_link_ = link_seen_ = true;
    kind_ = element.kind;
    value_.clear();
  }
  return State::before_value;
}

void LinkScanner::end_value() {
  if (value_is_link_) link_found_ = value_.size() <= kMaxValueBytes;
}

LinkScanner::State LinkScanner::end_tag() {
  if (is_end_tag_) return State::text;
  if (link_found_) url_ = strip(decode_entities(value_));
  link_complete_ = link_found_;
  const auto raw = std::find(std::begin(kRawElements), std::end(kRawElements), tag_);
  if (raw == std::end(kRawElements)) return State::text;
  raw_element_ = *raw;
  return State::raw_text;
}

LinkScanner::State LinkScanner::after_markup(char c) {
  switch (state_) {
    case State::markup:
      if (c == '-') return State::markup_dash;
      return c == '>' ? State::text : State::bogus_comment;
    case State::markup_dash:
      if (c == '-') return State::comment_start;
      return c == '>' ? State::text : State::bogus_comment;
    case State::comment_start:
      if (c == '>') return State::text;
      return c == '-' ? State::comment_start_dash : State::comment;
    case State::comment_start_dash:
      if (c == '>') return State::text;
      return c == '-' ? State::comment_end : State::comment;
    case State::comment_dash:
      return c == '-' ? State::comment_end : State::comment;
    case State::comment_end:
      if (c == '>') return State::text;
      if (c == '!') return State::comment_bang;
      return c == '-' ? state_ : State::comment;
    case State::comment_bang:
      if (c == '>') return State::text;
      return c == '-' ? State::comment_dash : State::comment;
    case State::comment:
      return c == '-' ? State::comment_dash : state_;
    default:  // bogus_comment
      return c == '>' ? State::text : state_;
  }
}

LinkScanner::State LinkScanner::after_raw_text(char c) {
  if (state_ == State::raw_open && c == '/') {
    is_end_tag_ = true;
    tag_.clear();
    return State::raw_end_name;
  }
  if (state_ == State::raw_end_name) {
    if (is_letter(c)) {
      append_bounded(tag_, c);
      return state_;
    }
    if (tag_ == raw_element_ && (is_html_space(c) || c == '/' || c == '>')) return in_tag(c);
  }
  return c == '<' ? State::raw_open : State::raw_text;
}

}  // namespace rill::http
