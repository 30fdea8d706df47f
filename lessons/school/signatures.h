// Known wrong answers: how a failing check recognises the mistake behind it.
//
// A signature is what an answer fails: its failing properties with what they say is wrong. Every
// wrong answer of a lesson has one, in wrong/signatures.txt, which is written by
//   bazel run //lessons/LNN_name:signatures
// and compared in the tests. A signature that two wrong answers share names neither of them: it
// would be a guess. The starter has a line too, with "-" for a sentence: whoever fails as it does
// has not begun, and is told nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lessons/school/checker.h"

namespace rill::school {

/// "chunking_does_not_matter=3f9a02c1 ...": the failing properties in order, each with a hash of
/// what it says is wrong, without numbers. Empty if nothing fails.
std::string signature_of(const Lesson& lesson, const Verdict& verdict);

class Signatures {
 public:
  Signatures() = default;
  /// Lines of "SIGNATURE<tab>SENTENCE"; '#' begins a comment.
  explicit Signatures(std::string_view text);

  /// The mistake with that signature, as a sentence; empty if none is known.
  std::string find(std::string_view signature) const;

 private:
  struct Known {
    std::string signature;
    std::string sentence;
  };
  std::vector<Known> known_;
};

}  // namespace rill::school
