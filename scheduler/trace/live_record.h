// LiveRecord: a record that is being made, of texts that are somebody else's. A recorder makes one
// for every event of a run, so it owns nothing and copies nothing: its texts go from where they are
// into the line (line.h). Names that come again and again are kept as JSON, so that they need not
// be looked through each time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "scheduler/trace/record.h"

namespace rill::trace {

/// A text as JSON has it, with its quotes; of an empty one nothing at all.
class Name {
 public:
  Name() = default;
  explicit Name(std::string_view text);
  bool empty() const { return json_.empty(); }
  const std::string& json() const { return json_; }

 private:
  std::string json_;
};

/// Must not outlive whose text it is.
class Borrowed {
 public:
  enum class Form : std::uint8_t {
    text,
    json,  ///< ready, quotes and all
    hole,  ///< known later: Line remembers where it belongs
  };

  Borrowed() = default;
  Borrowed(std::string_view text) : data_(text.data()), size_(text.size()) {}
  Borrowed(const std::string& text) : Borrowed(std::string_view(text)) {}
  Borrowed(const char* text) : Borrowed(std::string_view(text)) {}
  Borrowed(const Name& name) : Borrowed(std::string_view(name.json())) { form_ = Form::json; }
  Borrowed(std::string&&) = delete;
  Borrowed(Name&&) = delete;
  static Borrowed hole() {
    Borrowed result(std::string_view("?"));
    result.form_ = Form::hole;
    return result;
  }

  bool empty() const { return size_ == 0; }
  Form form() const { return form_; }
  std::string_view view() const { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ : 56 = 0;
  Form form_ : 8 = Form::text;
};

using LiveRecord = RecordOf<Borrowed, std::span<const Borrowed>>;

}  // namespace rill::trace
