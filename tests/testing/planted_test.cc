// Tests that fail on purpose: what glue_test.sh runs. Never part of `bazel test //...`.
#include <cstdlib>
#include <iostream>
#include <vector>

#include "scheduler/api.h"
#include "scheduler/run.h"
#include "simnet/network.h"
#include "tests/testing/property.h"

TEST_CASE("one", "[plain]") { std::cout << "ran one\n"; }
TEST_CASE("two", "[plain]") { std::cout << "ran two\n"; }
TEST_CASE("three", "[plain]") { std::cout << "ran three\n"; }

RILL_PROPERTY("no list is long", const std::vector<int>& list, int number) {
  RC_PRE(number != 3);
  std::cout << "case";
  for (const int element : list) std::cout << " " << element;
  std::cout << " / " << number << "\n";
  RC_ASSERT(list.size() < 5 || number < 7);
}

TEST_CASE("two properties in one test case", "[pair]") {
  rill::testing::property("holds", [](int number) { RC_ASSERT(number == number + 0); });
  rill::testing::property("does not hold", [](unsigned number) { RC_ASSERT(number < 10); });
}

RILL_PROPERTY("a crash names its case", int number) {
  if (number > 20) std::abort();
}

namespace {

rill::Task<> greet(int& greetings) {
  co_await rill::sleep(rill::milliseconds(1));
  ++greetings;
}

rill::Task<> party(std::uint8_t guests, int& greetings) {
  rill::Group all;
  for (int guest = 0; guest < guests; ++guest) all.spawn(greet(greetings)).named("guest");
  co_await all.wait();
}

}  // namespace

RILL_PROPERTY("a party greets at most three times", std::uint8_t guests) {
  for (const std::uint8_t coming : {std::uint8_t{1}, guests}) {
    rill::simnet::Network network;
    int greetings = 0;
    rill::run(party(coming, greetings), network);
    RC_ASSERT(greetings <= 3);
  }
}
