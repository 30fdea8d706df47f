// Bluelet's demos sleepy, delegation and ipc, as a user runs them: in the simulation and for real.
#include "tests/lessons/common/child.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

/// Whether the parts occur in this order.
bool in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = text.find(part, at);
    if (at == std::string::npos) return false;
    at += part.size();
  }
  return true;
}

TEST_CASE("sleepers wake up in the order of their lengths, and five seconds take no time") {
  const Finished run = run_child({"lessons/sleepy/sleepy"});
  CHECK(run.exit_code == 0);
  CHECK(in_order(run.out, {"wakes up after 0 s", "1000.000", "wakes up after 1 s", "3000.000",
                           "wakes up after 3 s", "5000.000", "wakes up after 5 s"}));
  CHECK_THAT(run.out, contains("4 sleepers slept 9 s, and it took 5 s"));
}

TEST_CASE("sleepers do the same in real time") {
  const Finished run = run_child({"lessons/sleepy/sleepy", "--real"});
  CHECK(run.exit_code == 0);
  CHECK(in_order(run.out, {"goes to sleep for 5 s", "goes to sleep for 1 s", "wakes up after 0 s",
                           "wakes up after 1 s", "wakes up after 3 s", "wakes up after 5 s"}));
}

TEST_CASE("values and exceptions come back through calls, in both worlds alike") {
  CHECK_THAT(run_child({"lessons/delegation/delegation"}).out, contains("and no time passed"));
  const std::vector<std::string> lines = {"parent starts",
                                          "child starts",
                                          "grandchild ends with 42",
                                          "child got 42",
                                          "parent got 41",
                                          "caller caught 'out of milk' at its await",
                                          "joiner caught 'out of milk' from shopper",
                                          "the value came back as 41"};
  for (const std::string world : {"--sim", "--real"}) {
    const Finished run = run_child({"lessons/delegation/delegation", world});
    CHECK(run.exit_code == 0);
    CHECK(in_order(run.out, lines));
  }
}

TEST_CASE("messages between two processes arrive whole, however the stream is cut") {
  std::vector<std::vector<std::string>> runs = {{"--real", "--port", "0"}};
  for (int seed = 1; seed <= 20; ++seed) runs.push_back({"--seed", std::to_string(seed)});
  for (std::vector<std::string>& arguments : runs) {
    arguments.insert(arguments.begin(), "lessons/ipc/ipc");
    const Finished run = run_child(arguments);
    CAPTURE(arguments, run.out, run.err);
    CHECK(run.exit_code == 0);
    CHECK(in_order(run.out, {"got \"hello!\"", "got \"123\"",
                             R"(the first got "I got 3 messages: 6 + 3 + 29 bytes")"}));
  }
}

}  // namespace
}  // namespace rill::testing
