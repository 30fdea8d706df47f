// LiveRecord: a record that is being made, of texts that are somebody else's. A recorder makes one
// for every event of a run, so it owns nothing and copies nothing: its texts go from where they are
// into the line (line.h). Names that come again and again are kept as JSON, so that they need not
// be looked through each time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "scheduler/trace/json_text.h"
#include "scheduler/trace/record.h"

namespace rill::trace {

/// So many bytes can be read of each JSON text, however short it is: to copy a number of bytes that
/// the compiler knows is quicker.
inline constexpr std::size_t kShort = 32;

class Borrowed;

/// A text as JSON has it, with its quotes; of an empty one nothing at all.
class Name {
 public:
  Name() = default;
  explicit Name(std::string_view text);
  /// ["one","two"]
  static Name list(std::span<const Name* const> names);
  bool empty() const { return size_bytes_ == 0; }
  /// At least kShort bytes can be read.
  std::string_view json() const { return {json_.get(), size_bytes_}; }

 private:
  friend class Borrowed;
  void keep(std::string_view json);

  std::unique_ptr<char[]> json_;
  std::uint32_t size_bytes_ = 0;
};

/// The same of a short word that the source has: made by the compiler.
class Word {
 public:
  consteval Word(const char* word) : Word(std::string_view(word)) {}
  consteval Word(std::string_view word) : size_bytes_(static_cast<std::uint8_t>(word.size() + 2)) {
    if (word.empty() || word.size() + 2 > kShort) throw "a word is not as long as this";
    char* to = json_.data();
    *to++ = '"';
    for (const char c : word) {
      if (c != '_' && (c < 'a' || c > 'z')) throw "a word is of small letters and '_'";
      *to++ = c;
    }
    *to = '"';
  }

 private:
  friend class Borrowed;
  std::array<char, kShort> json_{};
  std::uint8_t size_bytes_;
};

/// Must not outlive whose text it is. Behind 4 GiB a text is cut off.
class Borrowed {
 public:
  enum class Form : std::uint8_t {
    text,
    json,  ///< ready, quotes and all; of at least kShort bytes that can be read
    hole,  ///< known later: Line remembers where it belongs
  };

  Borrowed() = default;
  Borrowed(std::string_view text)
      : data_(text.data()),
        size_(static_cast<std::uint32_t>(std::min<std::size_t>(text.size(), UINT32_MAX))) {}
  Borrowed(const std::string& text) : Borrowed(std::string_view(text)) {}
  Borrowed(const char* text) : Borrowed(std::string_view(text)) {}
  Borrowed(const Name& name)
      : data_(name.json_.get()), size_(name.size_bytes_), form_(Form::json) {}
  Borrowed(const Word& word)
      : data_(word.json_.data()), size_(word.size_bytes_), form_(Form::json) {}
  Borrowed(std::string&&) = delete;
  Borrowed(Name&&) = delete;
  Borrowed(Word&&) = delete;
  static Borrowed hole() {
    Borrowed result(std::string_view("?"));
    result.form_ = Form::hole;
    return result;
  }

  bool empty() const { return size_ == 0; }
  Form form() const { return form_; }
  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::uint32_t size_ = 0;
  Form form_ = Form::text;
};

using LiveRecord = RecordOf<Borrowed, Borrowed>;

}  // namespace rill::trace
