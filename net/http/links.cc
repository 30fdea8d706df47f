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
constexpr std::size_t kMaxWordsBytes = 64;  // likewise for rel: nobody honest needs more

struct LinkElement {
  std::string_view tag;
  std::string_view attribute;
  LinkKind kind;
};
constexpr LinkElement kLinkElements[] = {
    {"a", "href", LinkKind::a},
    {"area", "href", LinkKind::area},
    {"base", "href", LinkKind::base},
    {"link", "href", LinkKind::link},
    {"img", "src", LinkKind::image},
    {"script", "src", LinkKind::script},
    {"iframe", "src", LinkKind::iframe},
    {"frame", "src", LinkKind::frame},
    {"meta", "content", LinkKind::refresh},
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

/// Whether one of the words in a list, separated by anything but letters, is `word`.
bool has_word(std::string_view words, std::string_view word) {
  for (std::size_t at = words.find(word); at != words.npos; at = words.find(word, at + 1)) {
    const bool begins = at == 0 || !is_letter(words[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == words.size() || !is_letter(words[end]))) return true;
  }
  return false;
}

std::string_view skip(std::string_view text, std::string_view characters) {
  return text.substr(std::min(text.find_first_not_of(characters), text.size()));
}

/// The URL in "5; url=/x", the content of a refresh (HTML 4.2.5.3); empty if there is none, and the
/// page reloads itself.
std::string refresh_url(std::string_view content) {
  constexpr std::string_view kSpaces = " \t\r\n\f";
  const std::string_view time = skip(content, kSpaces);
  std::string_view rest = skip(time, "0123456789.");
  if (rest.size() == time.size()) return "";
  rest = skip(rest, kSpaces);
  if (rest.starts_with(';') || rest.starts_with(',')) rest.remove_prefix(1);
  rest = skip(rest, kSpaces);
  if (equals_ignoring_case(rest.substr(0, 3), "url")) {
    const std::string_view behind = skip(rest.substr(3), kSpaces);
    if (behind.starts_with('=')) rest = skip(behind.substr(1), kSpaces);
  }
  if (!rest.starts_with('"') && !rest.starts_with('\'')) return std::string(rest);
  return std::string(rest.substr(1, rest.substr(1).find(rest.front())));
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), to_lower);
  return text;
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
      const std::size_t length = std::min(input.find('<'), input.size());
      if (state_ == State::raw_text) take_title(input.substr(0, length));
      input.remove_prefix(length);
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

void LinkScanner::take_title(std::string_view text) {
  if (raw_element_ != "title" || title_ended_) return;
  title_.append(text.substr(0, 2 * kMaxTitleBytes - std::min(2 * kMaxTitleBytes, title_.size())));
}

std::string LinkScanner::title() const {
  std::string text;
  for (const char c : decode_entities(title_)) {
    const bool is_gap = is_html_space(c);
    if (is_gap && (text.empty() || text.back() == ' ')) continue;
    text += is_gap ? ' ' : c;
  }
  if (text.ends_with(' ')) text.pop_back();
  if (text.size() <= kMaxTitleBytes) return text;
  std::size_t end = kMaxTitleBytes;  // between two characters of UTF-8
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
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
      if (role_ == Role::link) {
        if (value_.size() <= kMaxValueBytes) value_ += c;
      } else if (role_ != Role::none && words_.size() < kMaxWordsBytes) {
        words_ += to_lower(c);
      }
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
  link_seen_ = link_found_ = is_nofollow_ = leads_to_page_ = is_refresh_ = is_robots_ = false;
  tag_.clear();
  append_bounded(tag_, c);
  return State::tag_name;
}

LinkScanner::State LinkScanner::begin_value() {
  role_ = Role::none;
  words_.clear();
  if (name_ == "rel") role_ = Role::rel;
  if (tag_ == "meta" && name_ == "http-equiv") role_ = Role::http_equiv;
  if (tag_ == "meta" && name_ == "name") role_ = Role::name;
  if (link_seen_) return State::before_value;
  for (const LinkElement& element : kLinkElements) {
    if (element.tag != tag_ || element.attribute != name_) continue;
    role_ = Role::link;
    link_seen_ = true;
    kind_ = element.kind;
    value_.clear();
  }
  return State::before_value;
}

void LinkScanner::end_value() {
  switch (role_) {
    case Role::none:
      break;
    case Role::link:
      link_found_ = value_.size() <= kMaxValueBytes;
      break;
    case Role::rel:
      is_nofollow_ = has_word(words_, "nofollow");
      leads_to_page_ =
          has_word(words_, "canonical") || has_word(words_, "next") || has_word(words_, "prev");
      break;
    case Role::http_equiv:
      is_refresh_ = words_ == "refresh";
      break;
    case Role::name:
      is_robots_ = words_ == "robots";
      break;
  }
  role_ = Role::none;
}

LinkScanner::State LinkScanner::end_tag() {
  if (is_end_tag_) {
    if (tag_ == "title") title_ended_ = !title_.empty();
    return State::text;
  }
  if (link_found_) url_ = strip(decode_entities(value_));
  if (link_found_ && kind_ == LinkKind::refresh) {
    const std::string content = in_lower_case(url_);
    if (is_robots_ && (has_word(content, "nofollow") || has_word(content, "none"))) {
      page_is_nofollow_ = true;
    }
    url_ = is_refresh_ ? strip(refresh_url(url_)) : "";
    link_found_ = !url_.empty();
  }
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
