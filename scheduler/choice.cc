// Choices as words. See choice.h.
#include "scheduler/choice.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace rill {
namespace {

constexpr std::size_t kKeyDigits = 16;

/// Not isalnum(), which asks the locale.
constexpr bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

constexpr bool is_key_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::optional<std::uint64_t> number_in(std::string_view digits, int base) {
  std::uint64_t number = 0;
  const char* const first = digits.data();
  const char* const last = first + digits.size();
  const auto [end, error] = std::from_chars(first, last, number, base);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

/// Takes what is behind the last `separator` away from `text`; nothing if there is none.
std::optional<std::string_view> take_last(std::string_view& text, char separator) {
  const std::size_t place = text.rfind(separator);
  if (place == text.npos) return std::nullopt;
  const std::string_view last = text.substr(place + 1);
  text.remove_suffix(text.size() - place);
  return last;
}

}  // namespace

std::string site_word(std::string_view name) {
  std::string word;
  bool is_gap = false;
  for (const char c : name) {
    if (is_plain(c)) {
      word += c;
    } else if (!is_gap) {
      word += '-';
    }
    is_gap = !is_plain(c);
  }
  return word;
}

std::string decision_word(std::string_view site_name, std::uint64_t key, std::uint64_t nth) {
  std::string word = site_word(site_name) + "@";
  for (int shift = 60; shift >= 0; shift -= 4) word += "0123456789abcdef"[key >> shift & 15];
  return word + ":" + std::to_string(nth);
}

std::string to_string(const Choice& choice) {
  return decision_word(choice.site, choice.key, choice.nth) + ":" + std::to_string(choice.choice);
}

std::optional<Choice> parse_choice(std::string_view text) {
  const auto choice = take_last(text, ':');
  const auto nth = take_last(text, ':');
  const auto key = take_last(text, '@');
  if (!choice || !nth || !key || text.empty() || !std::ranges::all_of(text, is_plain)) {
    return std::nullopt;
  }
  if (key->size() != kKeyDigits || !std::ranges::all_of(*key, is_key_digit)) return std::nullopt;
  const auto key_number = number_in(*key, 16);
  const auto nth_number = number_in(*nth, 10);
  const auto choice_number = number_in(*choice, 10);
  if (!key_number || !nth_number || !choice_number) return std::nullopt;
  return Choice{std::string(text), *key_number, *nth_number, *choice_number};
}

}  // namespace rill
