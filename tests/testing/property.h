// Properties that replay: rapidcheck, by name and token.
//
//   RILL_PROPERTY("echo returns what it was sent", const std::string& sent, bool twice) {
//     RC_ASSERT(echo(sent) == sent);
//   }
//
// A property runs 100 generated cases. Which ones depends on nothing but TEST_RANDOM_SEED (1 unless
// bazel test --runs_per_test) and on the property's sentence, so that a plain run is repeatable.
// A failing property fails its test case and prints one line `replay: --replay=TOKEN`; given to the
// same binary, it runs that minimal case, after the few that rapidcheck passes on the way to it:
//   bazel test //a:b --test_arg=--replay=TOKEN
// The report is also left in the test's outputs - with the last simulated run of the counterexample
// as a page, if it has one - and `see it:` says where.
// Inside a property use RC_ASSERT and RC_PRE, not CHECK: only what rapidcheck sees is shrunk.
// A header of its own, since reading rapidcheck's takes as long as Catch2's.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <utility>

#include "tests/testing/testing.h"

namespace rill::testing {

// Checks `property` for as many generated cases as RC_PARAMS says (100), or for the one case of
// --replay. `sentence` identifies it: unique within a binary.
void check_property(const std::string& sentence, const rc::detail::Property& property);

// The same for a callable inside a TEST_CASE; rapidcheck generates its arguments.
template <typename Callable>
void property(const std::string& sentence, Callable&& body) {
  check_property(sentence, rc::detail::toProperty(std::forward<Callable>(body)));
}

}  // namespace rill::testing

// A test case that is one property. What follows the sentence are the body's parameters.
#define RILL_PROPERTY(sentence, ...) \
  RILL_PROPERTY_NAMED(INTERNAL_RILL_JOIN(rill_property_, __LINE__), sentence, __VA_ARGS__)
#define RILL_PROPERTY_NAMED(name, sentence, ...)                                    \
  static void name(__VA_ARGS__);                                                    \
  TEST_CASE(sentence, "[property]") { ::rill::testing::property(sentence, &name); } \
  static void name(__VA_ARGS__)
