// See signatures.h.
#include "lessons/school/signatures.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "scheduler/text_hash.h"

namespace rill::school {
namespace {

/// What the same mistake says wherever it is made. The values of a broken claim belong to it, since
/// they are those of the smallest scenario; places in files and numbers do not.
std::string essence(const PropertyVerdict& verdict) {
  return verdict.cause == simnet::RunResult::Cause::claim ? verdict.details : verdict.sentence;
}

std::string without_numbers(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c < '0' || c > '9') result += c;
  }
  return result;
}

}  // namespace

std::string signature_of(const Lesson& lesson, const Verdict& verdict) {
  std::string signature;
  for (std::size_t i = 0; i < verdict.properties.size(); ++i) {
    const PropertyVerdict& property = verdict.properties[i];
    if (property.passed()) continue;
    char hash[9];
    const std::uint64_t whole = hash_text(without_numbers(essence(property)));
    std::snprintf(hash, sizeof hash, "%08x", static_cast<unsigned>(whole >> 32));
    if (!signature.empty()) signature += " ";
    signature += lesson.properties[i].name + "=" + hash;
  }
  return signature;
}

Signatures::Signatures(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t tab = line.find('\t');
    if (line.starts_with('#') || tab == line.npos) continue;
    known_.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
  }
}

std::string Signatures::find(std::string_view signature) const {
  const Known* found = nullptr;
  for (const Known& known : known_) {
    if (known.signature != signature) continue;
    if (found != nullptr) return "";  // two mistakes look the same: naming one would be a guess
    found = &known;
  }
  return found != nullptr && found->sentence != "-" ? found->sentence : "";
}

}  // namespace rill::school
