// What is said about an answer that compiles, and yet is suspicious.
#include "lessons/rill/remarks.h"

#include "tests/testing/testing.h"

namespace rill::command {
namespace {

TEST_CASE("a TODO that is left is mentioned once the answer passes", "[remarks]") {
  constexpr const char* kAnswer = "int x;\n// TODO: think\n";
  CHECK(remarks_on(kAnswer, false).empty());
  REQUIRE(remarks_on(kAnswer, true).size() == 1);
  CHECK_THAT(remarks_on(kAnswer, true)[0], testing::contains("line 2: a TODO"));
}

TEST_CASE("a lambda that is spawned with references is mentioned when the answer fails",
          "[remarks]") {
  for (const char* const line :
       {"  spawn([&]() -> Task<> { co_await serve(connection); });", "spawn([&connection] {});",
        "  task = spawn_on(host, [this, &n] {});"}) {
    CAPTURE(line);
    REQUIRE(remarks_on(line, false).size() == 1);
    CHECK_THAT(remarks_on(line, false)[0], testing::contains("line 1: this spawned lambda refers"));
    CHECK(remarks_on(line, true).empty());
  }
}

TEST_CASE("a group's lambda, and one without references, are not", "[remarks]") {
  for (const char* const line : {"group.spawn([&] {});", "spawn([n] {});", "spawn(serve(x));",
                                 "respawn([&] {});", "workers->spawn([&] {});"}) {
    CAPTURE(line);
    CHECK(remarks_on(line, false).empty());
  }
}

}  // namespace
}  // namespace rill::command
