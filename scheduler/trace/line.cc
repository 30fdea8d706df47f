// The archive of schema.h that writes, straight into the line's memory: every event of a run passes
// here. See line.h.
#include "scheduler/trace/line.h"

#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "scheduler/trace/json_text.h"
#include "scheduler/trace/schema.h"

namespace rill::trace {
namespace {

template <std::size_t... kKind>
consteval std::array<Word, kKinds> words_of_kinds(std::index_sequence<kKind...>) {
  return {Word(kKindNames[kKind])...};
}
constexpr std::array<Word, kKinds> kKindWords = words_of_kinds(std::make_index_sequence<kKinds>());

}  // namespace

#define RILL_INLINE [[gnu::always_inline]]

class LineArchive {
 public:
  LineArchive(Line& line, char* start) : line_(line), at_(start) {}
  /// Each field began with a comma.
  void close() {
    *at_++ = '}';
    *at_++ = '\n';
    *line_.start_ = '{';
    line_.size_bytes_ = static_cast<std::size_t>(at_ - line_.start_);
  }

  template <std::size_t N>
  RILL_INLINE void number(const char (&name)[N], std::uint64_t value) {
    begin(name);
    if constexpr (N > 2) {
      at_ = put_number(at_, value);
    } else {  // those of every line
      at_ = name[0] == 'n' ? line_.n_.put(at_, value) : line_.t_.put(at_, value);
    }
  }
  template <std::size_t N>
  RILL_INLINE void text(const char (&name)[N], const Borrowed& value) {
    begin(name);
    if (value.form() == Borrowed::Form::json && value.size() <= kShort) [[likely]] {
      std::memcpy(at_, value.data(), kShort);
      at_ += value.size();
    } else {
      at_ = line_.put(at_, value);
    }
  }
  template <std::size_t N>
  RILL_INLINE void flag(const char (&name)[N], bool value) {
    begin(name);
    *at_++ = value ? '1' : '0';
  }
  template <std::size_t N>
  RILL_INLINE void end(const char (&name)[N], End value) {
    begin(name);
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result): a part of a line, not a string
    std::memcpy(at_, value == End::a ? "\"a\"" : "\"b\"", 3);
    at_ += 3;
  }
  RILL_INLINE void kind(Kind kind) { text("kind", kKindWords[static_cast<std::size_t>(kind)]); }
  template <std::size_t N>
  RILL_INLINE void hex(const char (&name)[N], std::uint64_t value) {
    begin(name);
    *at_++ = '"';
    for (int shift = 60; shift >= 0; shift -= 4) *at_++ = "0123456789abcdef"[value >> shift & 15];
    *at_++ = '"';
  }
  template <std::size_t N>
  RILL_INLINE void data(const char (&name)[N], const Borrowed& value) {
    if (value.empty()) return;
    begin(name);
    at_ = line_.put_data(at_, value);
  }
  template <std::size_t N>
  RILL_INLINE void list(const char (&name)[N], const Borrowed& value) {
    optional(name, value);
  }
  template <std::size_t N>
  void list(const char (&name)[N], const std::vector<std::string>& values) {
    std::vector<Name> names;
    std::vector<const Name*> all;
    names.reserve(values.size());
    all.reserve(values.size());
    for (const std::string& value : values) all.push_back(&names.emplace_back(value));
    const Name json = Name::list(all);
    optional(name, json);
  }
  template <std::size_t N>
  RILL_INLINE void optional(const char (&name)[N], std::uint64_t value) {
    if (value != 0) number(name, value);
  }
  template <std::size_t N>
  RILL_INLINE void optional(const char (&name)[N], const std::optional<std::uint64_t>& value) {
    if (value) number(name, *value);
  }
  template <std::size_t N>
  RILL_INLINE void optional(const char (&name)[N], const Borrowed& value) {
    if (!value.empty()) text(name, value);
  }
  template <std::size_t N>
  RILL_INLINE void optional(const char (&name)[N], bool value) {
    if (value) flag(name, value);
  }
  template <std::size_t N>
  RILL_INLINE void optional(const char (&name)[N], End value) {
    if (value != End::none) end(name, value);
  }

 private:
  /// A field: what is before its value.
  template <std::size_t N>
  RILL_INLINE void begin(const char (&name)[N]) {
    char* const at = at_;
    at[0] = ',';
    at[1] = '"';
    std::memcpy(at + 2, name, N - 1);
    at[N + 1] = '"';
    at[N + 2] = ':';
    at_ = at + N + 3;
  }

  Line& line_;
  char* at_;
};

void Line::set(const Header& header) {
  LineArchive archive(*this, begin({}));
  archive.number("rill_trace", kVersion);
  fields_of_header(archive, header);
  archive.close();
}

void Line::set(const Record& record) {
  LineArchive archive(*this, begin({}));
  fields_of(archive, record);
  archive.close();
}

void Line::set(const LiveRecord& record, std::span<char> there) {
  LineArchive archive(*this, begin(there));
  fields_of(archive, record);
  archive.close();
}

char* Line::begin(std::span<char> there) {
  if (there.size() < 2 * kRoomBytes) there = {block_.get(), block_bytes_};
  start_ = there.data();
  limit_ = start_ + there.size() - kRoomBytes;
  hole_ = 0;
  return start_;
}

char* Line::grow(char* at, std::size_t size_bytes) {
  const auto used = static_cast<std::size_t>(at - start_);
  block_bytes_ = 2 * (used + size_bytes) + kRoomBytes;
  std::unique_ptr<char[]> next(new char[block_bytes_]);
  std::memcpy(next.get(), start_, used);
  block_ = std::move(next);
  start_ = block_.get();
  limit_ = start_ + block_bytes_ - kRoomBytes;
  return start_ + used;
}

char* Line::put(char* at, const Borrowed& value) {
  switch (value.form()) {
    case Borrowed::Form::text:
      return put_text(room(at, json_room(value.size())), value.view());
    case Borrowed::Form::json:
      at = room(at, value.size());
      std::memcpy(at, value.data(), value.size());
      return at + value.size();
    case Borrowed::Form::hole:
      holes_[hole_++] = static_cast<std::size_t>(at - start_);
      return at;
  }
  return at;
}

char* Line::put_data(char* at, const Borrowed& value) {
  return put_bytes(room(at, json_room(value.size())), value.view());
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

}  // namespace rill::trace
