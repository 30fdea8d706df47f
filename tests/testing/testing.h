// What every test includes: Catch2 (2.13 or 3).
//
//   TEST_CASE("a killed task never runs again", "[kill]") { CHECK(...); }
//
// Properties are in tests/testing/property.h, simulations in simnet/testing.h.
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

}  // namespace rill::testing

// A name of this line, for macros.
#define INTERNAL_RILL_JOIN(a, b) INTERNAL_RILL_JOIN_EXPANDED(a, b)
#define INTERNAL_RILL_JOIN_EXPANDED(a, b) a##b
