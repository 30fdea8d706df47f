// The archive of schema.h that writes, straight into the line's memory: every event of a run passes
// here. See line.h.
#include "scheduler/trace/line.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "scheduler/trace/json_text.h"
#include "scheduler/trace/schema.h"

namespace rill::trace {

class LineArchive {
 public:
  explicit LineArchive(Line& line) : line_(line) {}

  template <std::size_t N>
  void number(const char (&name)[N], std::uint64_t value) {
    char* const at = field(name, kMostDigits + 8);
    line_.end_ = put_number(at, value);
  }
  template <std::size_t N>
  void text(const char (&name)[N], const Borrowed& value) {
    char* const at = field(name, json_room(value.view().size()));
    line_.end_ = put(at, value);
  }
  template <std::size_t N>
  void flag(const char (&name)[N], bool value) {
    char* const at = field(name, 1);
    *at = value ? '1' : '0';
    line_.end_ = at + 1;
  }
  template <std::size_t N>
  void end(const char (&name)[N], End value) {
    char* const at = field(name, 3);
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): a part of a line, not a string
    std::memcpy(at, value == End::a ? "\"a\"" : "\"b\"", 3);
    line_.end_ = at + 3;
  }
  void kind(Kind kind) { text("kind", to_string(kind)); }
  template <std::size_t N>
  void hex(const char (&name)[N], std::uint64_t value) {
    char* at = field(name, 18);
    *at++ = '"';
    for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[value >> shift & 15];
    *at++ = '"';
    line_.end_ = at;
  }
  template <std::size_t N>
  void data(const char (&name)[N], const Borrowed& value) {
    if (value.empty()) return;
    char* const at = field(name, json_room(value.view().size()));
    line_.end_ = put_bytes(at, value.view());
  }
  template <std::size_t N, class Texts>
  void list(const char (&name)[N], const Texts& values) {
    if (values.empty()) return;
    line_.end_ = field(name, 0);
    char separator = '[';
    for (const Borrowed value : values) {
      char* const at = line_.room(1 + json_room(value.view().size()));
      *at = separator;
      line_.end_ = put(at + 1, value);
      separator = ',';
    }
    *line_.room(1) = ']';
    ++line_.end_;
  }
  template <std::size_t N>
  void optional(const char (&name)[N], std::uint64_t value) {
    if (value != 0) number(name, value);
  }
  template <std::size_t N>
  void optional(const char (&name)[N], const std::optional<std::uint64_t>& value) {
    if (value) number(name, *value);
  }
  template <std::size_t N>
  void optional(const char (&name)[N], const Borrowed& value) {
    if (!value.empty()) text(name, value);
  }
  template <std::size_t N>
  void optional(const char (&name)[N], bool value) {
    if (value) flag(name, value);
  }
  template <std::size_t N>
  void optional(const char (&name)[N], End value) {
    if (value != End::none) end(name, value);
  }

 private:
  /// Its name, and where its value goes: there is room for so many bytes.
  template <std::size_t N>
  char* field(const char (&name)[N], std::size_t size_bytes) {
    char* const at = line_.room(N + 3 + size_bytes);  // the name's zero makes room for one
    at[0] = ',';
    at[1] = '"';
    std::memcpy(at + 2, name, N - 1);
    at[N + 1] = '"';
    at[N + 2] = ':';
    return at + N + 3;
  }

  char* put(char* at, const Borrowed& value) {
    switch (value.form()) {
      case Borrowed::Form::text:
        return put_text(at, value.view());
      case Borrowed::Form::json:
        return put_plain(at, value.view());
      case Borrowed::Form::hole:
        line_.holes_[line_.hole_++] = static_cast<std::size_t>(at - line_.start_.get());
        return at;
    }
    return at;
  }

  Line& line_;
};

void Line::set(const Header& header) {
  begin();
  LineArchive archive(*this);
  archive.number("rill_trace", kVersion);
  fields_of_header(archive, header);
  finish();
}

void Line::set(const Record& record) { set_record(record); }
void Line::set(const LiveRecord& record) { set_record(record); }

template <class SomeRecord>
void Line::set_record(const SomeRecord& record) {
  begin();
  LineArchive archive(*this);
  fields_of(archive, record);
  finish();
}

void Line::begin() {
  end_ = start_.get();
  hole_ = 0;
}

/// Each field began with a comma.
void Line::finish() {
  char* const at = room(2);
  at[0] = '}';
  at[1] = '\n';
  end_ = at + 2;
  start_[0] = '{';
}

void Line::grow(std::size_t size_bytes) {
  const auto used = static_cast<std::size_t>(end_ - start_.get());
  const std::size_t wider = std::max<std::size_t>(2 * (used + size_bytes), 1024);
  std::unique_ptr<char[]> next(new char[wider]);
  if (used > 0) std::memcpy(next.get(), start_.get(), used);
  start_ = std::move(next);
  end_ = start_.get() + used;
  limit_ = start_.get() + wider;
}

void append_line(std::string& to, const Header& header) {
  Line line;
  line.set(header);
  to += line.text();
}

void append_line(std::string& to, const Record& record) {
  Line line;
  line.set(record);
  to += line.text();
}

Name::Name(std::string_view text) {
  if (text.empty()) return;
  json_.resize(json_room(text.size()));
  json_.resize(static_cast<std::size_t>(put_text(json_.data(), text) - json_.data()));
  json_.shrink_to_fit();
}

}  // namespace rill::trace
