// Writing JSON by hand, since every event of a run passes here. See line.h. What is not plain ASCII
// in a text is nlohmann's business.
#include "scheduler/trace/line.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "scheduler/trace/schema.h"

namespace rill::trace {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

bool is_plain(char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\'; }

/// UTF-8; a byte that is none becomes U+FFFD.
void append_text(std::string& to, std::string_view text) {
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    to += '"';
    to += text;
    to += '"';
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

  void number(const char* name, std::uint64_t value) {
    begin(name);
    append_number(line_, value);
  }
  void text(const char* name, std::string_view value) {
    begin(name);
    append_text(line_, value);
  }
  void flag(const char* name, bool value) { number(name, value ? 1 : 0); }
  void end(const char* name, End value) { text(name, value == End::a ? "a" : "b"); }
  void kind(Kind kind) { text("kind", to_string(kind)); }
  void hex(const char* name, std::uint64_t value) {
    begin(name);
    line_ += '"';
    for (int shift = 60; shift >= 0; shift -= 4) line_ += kDigits[value >> shift & 15];
    line_ += '"';
  }
  void data(const char* name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    append_bytes(line_, value);
  }
  void list(const char* name, const std::vector<std::string>& values) {
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
  void optional(const char* name, std::uint64_t value) {
    if (value != 0) number(name, value);
  }
  void optional(const char* name, const std::optional<std::uint64_t>& value) {
    if (value) number(name, *value);
  }
  void optional(const char* name, const std::string& value) {
    if (!value.empty()) text(name, value);
  }
  void optional(const char* name, bool value) {
    if (value) flag(name, value);
  }
  void optional(const char* name, End value) {
    if (value != End::none) end(name, value);
  }

 private:
  void begin(const char* name) {
    line_ += is_first_ ? "{\"" : ",\"";
    is_first_ = false;
    line_ += name;
    line_ += "\":";
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
