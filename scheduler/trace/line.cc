// Writing JSON by hand, since every event of a run passes here. See line.h. What is not plain ASCII
// in a text is nlohmann's business.
#include "scheduler/trace/line.h"

#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "scheduler/trace/schema.h"

namespace rill::trace {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

bool is_plain(char c) { return bool(c >= ' ') & bool(c < 0x7F) & bool(c != '"') & bool(c != '\\'); }

/// UTF-8; a byte that is none becomes U+FFFD.
void append_text(std::string& to, std::string_view text) {
  bool is_all_plain = true;
  for (const char c : text) is_all_plain &= is_plain(c);  // no way out, so that it is vectors
  if (is_all_plain) {
    const std::size_t before = to.size();
    to.resize(before + text.size() + 2);
    to[before] = to.back() = '"';
    text.copy(to.data() + before + 1, text.size());
    return;
  }
  using Json = nlohmann::json;
  to += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Byte b as U+00b.
void append_bytes(std::string& to, std::string_view bytes) {
  to += '"';
  for (std::size_t done = 0; done < bytes.size();) {
    const auto odd =
        std::find_if_not(bytes.begin() + static_cast<std::ptrdiff_t>(done), bytes.end(), is_plain);
    const auto end = static_cast<std::size_t>(odd - bytes.begin());
    to += bytes.substr(done, end - done);
    done = end;
    if (done == bytes.size()) break;
    const auto byte = static_cast<unsigned char>(bytes[done++]);
    if (byte == '"' || byte == '\\') {
      to += '\\';
      to += static_cast<char>(byte);
    } else {
      to += "\\u00";
      to += kDigits[byte >> 4];
      to += kDigits[byte & 15];
    }
  }
  to += '"';
}

void append_number(std::string& to, std::uint64_t number) {
  char digits[20];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// The archive of schema.h that appends to a line.
class LineArchive {
 public:
  explicit LineArchive(std::string& line) : line_(line) {}

  template <std::size_t N>
  void number(const char (&name)[N], std::uint64_t value) {
    begin(name);
    append_number(line_, value);
  }
  template <std::size_t N>
  void text(const char (&name)[N], std::string_view value) {
    begin(name);
    append_text(line_, value);
  }
  template <std::size_t N>
  void flag(const char (&name)[N], bool value) {
    number(name, value ? 1 : 0);
  }
  template <std::size_t N>
  void end(const char (&name)[N], End value) {
    text(name, value == End::a ? "a" : "b");
  }
  void kind(Kind kind) { text("kind", to_string(kind)); }
  template <std::size_t N>
  void hex(const char (&name)[N], std::uint64_t value) {
    begin(name);
    line_ += '"';
    for (int shift = 60; shift >= 0; shift -= 4) line_ += kDigits[value >> shift & 15];
    line_ += '"';
  }
  template <std::size_t N>
  void data(const char (&name)[N], std::string_view value) {
    if (value.empty()) return;
    begin(name);
    append_bytes(line_, value);
  }
  template <std::size_t N>
  void list(const char (&name)[N], const std::vector<std::string>& values) {
    if (values.empty()) return;
    begin(name);
    char separator = '[';
    for (const std::string& value : values) {
      line_ += separator;
      append_text(line_, value);
      separator = ',';
    }
    line_ += ']';
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
  void optional(const char (&name)[N], const std::string& value) {
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
  template <std::size_t N>
  void begin(const char (&name)[N]) {
    char piece[N + 3];  // the name's zero makes room for one
    piece[0] = is_first_ ? '{' : ',';
    piece[1] = '"';
    std::memcpy(piece + 2, name, N - 1);
    piece[N + 1] = '"';
    piece[N + 2] = ':';
    line_.append(piece, sizeof piece);
    is_first_ = false;
  }

  std::string& line_;
  bool is_first_ = true;
};

}  // namespace

void append_line(std::string& to, const Header& header) {
  LineArchive archive(to);
  archive.number("rill_trace", kVersion);
  fields_of_header(archive, header);
  to += "}\n";
}

void append_line(std::string& to, const Record& record) {
  LineArchive archive(to);
  fields_of(archive, record);
  to += "}\n";
}

}  // namespace rill::trace
