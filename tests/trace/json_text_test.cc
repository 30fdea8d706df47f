// Strings of JSON, against a library's; and what they are made of.
#include "scheduler/trace/json_text.h"

#include <nlohmann/json.hpp>

#include "tests/testing/property.h"

namespace rill::trace {
namespace {

using Json = nlohmann::json;

std::string text_of(std::string_view text) {
  std::string json(json_room(text.size()), '?');
  json.resize(static_cast<std::size_t>(put_text(json.data(), text) - json.data()));
  return json;
}

std::string bytes_of(std::string_view bytes) {
  std::string json(json_room(bytes.size()), '?');
  json.resize(static_cast<std::size_t>(put_bytes(json.data(), bytes) - json.data()));
  return json;
}

std::string by_library(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Mostly plain, so that what is not stands anywhere among those that are looked at at once.
std::string drawn(const std::string& odd) {
  std::string text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcdefg ~")));
  const int more = *rc::gen::inRange(0, 3);
  for (int i = 0; i < more; ++i) {
    const auto place = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
    text.insert(place, 1, *rc::gen::elementOf(odd));
  }
  return text;
}

RILL_PROPERTY("a text is written as a JSON library writes it") {
  std::string odd = "\"\\/\x7F\x80\xC3\xA9\xFF";
  for (char c = 0; c < ' '; ++c) odd += c;
  const std::string text = drawn(odd);
  RC_ASSERT(text_of(text) == by_library(text));
}

RILL_PROPERTY("bytes are characters of which all but printable ASCII are numbers",
              const std::string& bytes) {
  const std::string json = bytes_of(bytes);
  std::string expected;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    expected += byte < 0x80 ? std::string(1, c)
                            : std::string{static_cast<char>(0xC0 | byte >> 6),
                                          static_cast<char>(0x80 | (byte & 0x3F))};
  }
  RC_ASSERT(Json::parse(json).get<std::string>() == expected);
  for (const char c : json) RC_ASSERT((c >= ' ' && c < 0x7F));
}

/// As docs/trace.md has it.
std::string escaped(int byte) {
  if (byte == '"') return "\\\"";
  if (byte == '\\') return "\\\\";
  if (byte >= ' ' && byte < 0x7F) return {static_cast<char>(byte)};
  char text[7];
  std::snprintf(text, sizeof text, "\\u%04x", byte);
  return text;
}

TEST_CASE("each of the 256 bytes, at each place among those that are looked at at once") {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t before = 0; before < 2 * kAtOnce + 1; ++before) {
      const std::string text = std::string(before, 'x') + static_cast<char>(byte) + "yz";
      REQUIRE(text_of(text) == by_library(text));
      REQUIRE(bytes_of(text) == '"' + std::string(before, 'x') + escaped(byte) + "yz\"");
    }
  }
  CHECK(text_of("") == "\"\"");
  CHECK(bytes_of("") == "\"\"");
}

TEST_CASE("a number is its decimal digits") {
  const auto text_of_number = [](std::uint64_t number) {
    char text[kNumberRoom];
    return std::string(text, put_number(text, number));
  };
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    REQUIRE(text_of_number(number) == std::to_string(number));
  }
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 20; ++digits, power *= 10) {
    for (const std::uint64_t number : {power - 1, power, power + 1, 7 * power, ~power}) {
      REQUIRE(text_of_number(number) == std::to_string(number));
    }
  }
  for (std::uint64_t number = 1; number < UINT64_MAX / 3; number = 3 * number + 1) {
    REQUIRE(text_of_number(number) == std::to_string(number));
  }
}

TEST_CASE("a text of each length ends where it ends") {
  for (std::size_t size = 0; size < 3 * kAtOnce; ++size) {
    const std::string text(size, '~');
    REQUIRE(text_of(text) == '"' + text + '"');
    REQUIRE(bytes_of(text) == '"' + text + '"');
  }
}

template <class Kept>
std::string put_by(Kept& kept, std::uint64_t number) {
  char text[kNumberRoom];
  return {text, kept.put(text, number)};
}

TEST_CASE("a number that is kept as text is the one that is asked for") {
  SameNumber same;
  NextNumber next;
  const auto check = [&](std::uint64_t number) {
    REQUIRE(put_by(same, number) == std::to_string(number));
    REQUIRE(put_by(next, number) == std::to_string(number));
  };
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    check(number);
    if (number % 3 == 0) check(number);
  }
  for (std::uint64_t number = 99'999'990; number < 100'000'020; ++number) check(number);
  for (std::uint64_t number = UINT64_MAX - 20; number != 5; ++number) check(number);
  for (const std::uint64_t number : {98, 99, 98, 109, 111, 110, 0}) check(number);
}

}  // namespace
}  // namespace rill::trace
