// What every test includes: Catch2 (2.13 or 3), rapidcheck, and properties that replay.
//
//   TEST_CASE("a killed task never runs again", "[kill]") { CHECK(...); }
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
// Inside a property use RC_ASSERT and RC_PRE, not CHECK: only what rapidcheck sees is shrunk.
#pragma once

#if __has_include(<catch2/catch.hpp>)
#define RILL_CATCH_VERSION 2
#include <catch2/catch.hpp>
#else
#define RILL_CATCH_VERSION 3
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
#endif

#include <rapidcheck.h>

#include <string>
#include <utility>

namespace rill::testing {

// The matcher for a part of a text, whatever Catch2 calls it:
// CHECK_THROWS_WITH(parse("x"), contains("expected a digit")).
inline auto contains(const std::string& part) {
#if RILL_CATCH_VERSION == 2
  return Catch::Matchers::Contains(part);
#else
  return Catch::Matchers::ContainsSubstring(part);
#endif
}

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
#define INTERNAL_RILL_JOIN(a, b) INTERNAL_RILL_JOIN_EXPANDED(a, b)
#define INTERNAL_RILL_JOIN_EXPANDED(a, b) a##b
#define RILL_PROPERTY_NAMED(name, sentence, ...)                                    \
  static void name(__VA_ARGS__);                                                    \
  TEST_CASE(sentence, "[property]") { ::rill::testing::property(sentence, &name); } \
  static void name(__VA_ARGS__)
