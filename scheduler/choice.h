// One decision of a run, and what it is to be: as a value, and as a word that a trace, a page and a
// command line have in common.
//
//   turn@00c2d4e6b7085f3a:4:1     at this site the decision with count 4 (the fifth) is to be 1
//
// A site's key is what tells it apart; its name is there for people, and must fit. The word has
// only letters, digits and - . _ @ :, so no shell changes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rill {

struct Choice {
  std::string site;  ///< the name, as site_word() spells it
  std::uint64_t key = 0;
  std::uint64_t nth = 0;     ///< Site::count at that decision, from 0
  std::uint64_t choice = 0;  ///< below the alternatives that there are then

  friend bool operator==(const Choice&, const Choice&) = default;
};

/// A site's name as a word: what a shell could take for something else becomes "-".
std::string site_word(std::string_view name);
/// "turn@00c2d4e6b7085f3a:4": which decision it is, whatever is chosen.
std::string decision_word(std::string_view site_name, std::uint64_t key, std::uint64_t nth);
/// "turn@00c2d4e6b7085f3a:4:1".
std::string to_string(const Choice& choice);
/// Nothing unless `text` is such a word: the key with all its 16 digits, numbers in decimal.
std::optional<Choice> parse_choice(std::string_view text);

}  // namespace rill
