// JSON is nlohmann's business; which fields there must be is schema.h's. See reader.h.
#include "scheduler/trace/reader.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "scheduler/trace/schema.h"

namespace rill::trace {
namespace {

using Json = nlohmann::json;

/// The rest of a sentence that begins with the line.
[[noreturn]] void refuse(const std::string& why) { throw ReadError(why); }

/// Text back to the bytes that it stands for: U+00b is byte b.
std::string bytes_of(const char* name, const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      bytes += utf8[i];
    } else if ((lead == 0xC2 || lead == 0xC3) && i + 1 < utf8.size()) {
      bytes += static_cast<char>((lead & 3) << 6 | (utf8[++i] & 0x3F));
    } else {
      refuse("'" + std::string(name) + "' has a character above U+00FF, which is no byte");
    }
  }
  return bytes;
}

/// The archive of schema.h that takes fields out of an object.
class ObjectArchive {
 public:
  ObjectArchive(const Json& object, std::string_view kind) : object_(object), kind_(kind) {}

  void number(const char* name, std::uint64_t& value) { value = number_of(name, must(name)); }
  void text(const char* name, std::string& value) { value = text_of(name, must(name)); }
  void flag(const char* name, bool& value) {
    const std::uint64_t read = number_of(name, must(name));
    if (read > 1) refuse("'" + std::string(name) + "' is neither 0 nor 1");
    value = read == 1;
  }
  void end(const char* name, End& value) {
    const std::string& read = text_of(name, must(name));
    if (read != "a" && read != "b")
      refuse("'" + std::string(name) + "' is neither \"a\" nor \"b\"");
    value = read == "a" ? End::a : End::b;
  }
  void kind(Kind) {}
  void hex(const char* name, std::uint64_t& value) {
    const std::string& digits = text_of(name, must(name));
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    if (error != std::errc() || stop != end) {
      refuse("'" + std::string(name) + "' is not of hexadecimal digits");
    }
  }
  void data(const char* name, std::string& value) {
    if (const Json* const found = find(name)) value = bytes_of(name, text_of(name, *found));
  }
  void list(const char* name, std::vector<std::string>& values) {
    const Json* const found = find(name);
    if (found == nullptr) return;
    if (!found->is_array()) refuse("'" + std::string(name) + "' is no list");
    for (const Json& value : *found) values.push_back(text_of(name, value));
  }
  void optional(const char* name, std::uint64_t& value) {
    if (find(name) != nullptr) number(name, value);
  }
  void optional(const char* name, std::optional<std::uint64_t>& value) {
    if (const Json* const found = find(name)) value = number_of(name, *found);
  }
  void optional(const char* name, std::string& value) {
    if (find(name) != nullptr) text(name, value);
  }
  void optional(const char* name, bool& value) {
    if (find(name) != nullptr) flag(name, value);
  }
  void optional(const char* name, End& value) {
    if (find(name) != nullptr) end(name, value);
  }

 private:
  const Json* find(const char* name) const {
    const auto found = object_.find(name);
    return found != object_.end() ? &*found : nullptr;
  }
  const Json& must(const char* name) const {
    const Json* const found = find(name);
    if (found == nullptr) refuse("'" + std::string(name) + "' is missing in this " + kind_);
    return *found;
  }
  static std::uint64_t number_of(const char* name, const Json& value) {
    if (!value.is_number_unsigned()) refuse("'" + std::string(name) + "' is no whole number");
    return value.get<std::uint64_t>();
  }
  static const std::string& text_of(const char* name, const Json& value) {
    if (!value.is_string()) refuse("'" + std::string(name) + "' is no text");
    return value.get_ref<const std::string&>();
  }

  const Json& object_;
  std::string kind_;
};

Json object_of(std::string_view line) {
  Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) refuse("this is no JSON object");
  return object;
}

void read_header(const Json& object, Header& header) {
  ObjectArchive archive(object, "header");
  if (object.find("rill_trace") == object.end()) {
    refuse("this is no trace of Rill: its first line does not say \"rill_trace\"");
  }
  std::uint64_t version = 0;
  archive.number("rill_trace", version);
  if (version != kVersion) {
    refuse("this is a trace of version " + std::to_string(version) +
           ", and this Rill reads version " + std::to_string(kVersion) +
           ": read it with the Rill that wrote it");
  }
  fields_of_header(archive, header);
}

void read_record(const Json& object, Log& log) {
  if (log.is_whole()) refuse("it comes behind the end of the run");
  ObjectArchive common(object, "event");
  std::string kind;
  common.text("kind", kind);
  const std::optional<Kind> known = kind_of(kind);
  if (!known) {
    ++log.unknown;
    return;
  }
  Record record;
  record.kind = *known;
  ObjectArchive archive(object, kind);
  fields_of(archive, record);
  const std::uint64_t last = log.records.empty() ? 0 : log.records.back().n;
  if (record.n <= last) {
    refuse("n is " + std::to_string(record.n) + ", but before it came " + std::to_string(last));
  }
  if (record.cause >= record.n)
    refuse("its cause, " + std::to_string(record.cause) + ", comes later");
  if (record.data.size() > record.bytes) refuse("it has more data than bytes");
  log.records.push_back(std::move(record));
}

/// Takes lines one by one.
class Reading {
 public:
  Reading(std::string_view name, std::size_t most_records)
      : name_(name), most_records_(most_records) {}

  /// Without its newline.
  void take(std::string_view line) {
    ++lines_;
    if (log_.records.size() == most_records_) {
      throw ReadError(name_ + " has more than " + std::to_string(most_records_) +
                      " events, and no more are read at once: read a part of it, which `head -n " +
                      std::to_string(most_records_) + "` makes");
    }
    try {
      const Json object = object_of(line);
      lines_ == 1 ? read_header(object, log_.header) : read_record(object, log_);
    } catch (const ReadError& error) {
      throw ReadError(name_ + ", line " + std::to_string(lines_) + ": " + error.what());
    }
  }
  /// Behind the last newline comes `rest`.
  Log end(std::string_view rest) {
    if (lines_ > 0) {
      log_.is_torn = !rest.empty();  // it was being written when the process ended
    } else if (!rest.empty()) {
      take(rest);
    } else {
      throw ReadError(name_ + " is empty: it is no trace");
    }
    return std::move(log_);
  }
  /// So many lines may come: memory that grows needs twice as much for a moment.
  void expect(std::size_t lines) { log_.records.reserve(std::min(lines, most_records_)); }

 private:
  std::string name_;
  std::size_t most_records_;
  std::size_t lines_ = 0;
  Log log_;
};

/// Hands over whole lines, and takes them away.
void take_lines(std::string& text, Reading& to) {
  std::size_t done = 0;
  for (std::size_t end = 0; (end = text.find('\n', done)) != text.npos; done = end + 1) {
    to.take(std::string_view(text).substr(done, end - done));
  }
  text.erase(0, done);
}

}  // namespace

Log read(std::string_view text, std::string_view name) {
  Reading reading(name, SIZE_MAX);
  reading.expect(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  for (std::size_t end = 0; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
    reading.take(text.substr(0, end));
  }
  return reading.end(text);
}

Log read_file(const std::string& path, std::size_t most_records) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::error_code no_size;  // of what is no file
  const std::uintmax_t size_bytes = std::filesystem::file_size(path, no_size);
  Reading reading("'" + path + "'", most_records);
  std::string text;
  std::vector<char> part(std::size_t{1} << 16);
  bool is_first = true;
  // Not `<< file.rdbuf()`, which takes an error for the end of the file.
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (std::exchange(is_first, false) && !no_size) {
      const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
      reading.expect(lines + lines * (size_bytes / text.size()) * 9 / 8);
    }
    take_lines(text, reading);
  }
  if (!file.is_open() || file.bad()) {
    throw ReadError("cannot read '" + path +
                    "': " + std::generic_category().message(errno != 0 ? errno : EIO));
  }
  return reading.end(text);
}

std::string what_is_missing(const Log& log) {
  std::string text;
  const auto say = [&text](const std::string& sentence) {
    text += (text.empty() ? "" : "; ") + sentence;
  };
  if (!log.has_end()) {
    say(log.is_torn ? "the run was cut off: the trace has no end, and its last line was torn"
                    : "the run was cut off, or still goes on: the trace has no end");
  }
  if (log.left_out() > 0)
    say(std::to_string(log.left_out()) + " events were left out when it was written");
  if (log.unknown > 0) {
    say(std::to_string(log.unknown) + " events are of kinds that this version does not know");
  }
  return text;
}

}  // namespace rill::trace
