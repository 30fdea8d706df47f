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

TEST_CASE("a lambda that is spawned with references is mentioned, also when the answer passes",
          "[remarks]") {
  for (const char* const code :
       {"  spawn([&]() -> Task<> { co_await serve(connection); });", "spawn([&connection] {});",
        "rill::spawn([n, &m](int x) { use(x, {1, 2}); }, 7);",
        "  task = spawn_on(sim.host(\"a\"), [this, n] {});", "TaskRef one = spawn(  [=, &n] {});",
        "spawn([\n&\n] {});", "join(x); spawn([&] {});"}) {
    CAPTURE(code);
    for (const bool has_passed : {false, true}) {
      const auto remarks = remarks_on(code, has_passed);
      REQUIRE(remarks.size() == 1);
      CHECK_THAT(remarks[0], testing::contains("line 1: this spawned lambda refers"));
    }
  }
}

TEST_CASE("the line of a lambda is its own, not that of its spawn", "[remarks]") {
  const auto remarks = remarks_on("int x;\nspawn(\n    [&] { x = 1; });\nspawn([&] {});", true);
  REQUIRE(remarks.size() == 2);
  CHECK_THAT(remarks[0], testing::contains("line 3: "));
  CHECK_THAT(remarks[1], testing::contains("line 4: "));
}

TEST_CASE("a lambda with a name is known by it, handed over or called", "[remarks]") {
  for (const char* const code :
       {"auto work = [&]() -> Task<> {};\nspawn(work);",
        "const auto work = [&n](int) -> Task<> {};\nspawn(std::move(work), 3);",
        "auto work = [&] {};\nspawn_on(host, work);", "auto work = [n] {};\nspawn(work());"}) {
    CAPTURE(code);
    REQUIRE(remarks_on(code, true).size() == 1);
    CHECK_THAT(remarks_on(code, true)[0], testing::contains("line 2: this spawned lambda refers"));
  }
  CHECK(remarks_on("auto work = [n] {};\nspawn(work);", true).empty());
  CHECK(remarks_on("auto work = [&] {};\ngroup.spawn(work);\nwork();", true).empty());
}

TEST_CASE("a lambda that is called where it is spawned loses what it holds, also in a group",
          "[remarks]") {
  for (const char* const code :
       {"spawn([n]() -> Task<> { use(n); }());", "group.spawn([&](int x) -> Task<> {}(7));",
        "co_await join(spawn([n] {}()));"}) {
    CAPTURE(code);
    REQUIRE(remarks_on(code, false).size() == 1);
    CHECK_THAT(remarks_on(code, false)[0], testing::contains("line 1: this lambda is called"));
  }
  CHECK(remarks_on("spawn([]() -> Task<> {}());", false).empty());
}

TEST_CASE("lambdas that end in time, or refer to nothing, are not mentioned", "[remarks]") {
  for (const char* const code :
       {"group.spawn([&] {});", "workers->spawn([&] {});", "spawn([n] {});", "spawn([*this] {});",
        "spawn([](int& x) -> Task<> {}, std::ref(n));", "spawn(serve(x));", "respawn([&] {});",
        "co_await join(spawn([&] {}));", "spawn(serve, [&] {});",
        "co_await timeout(1_s, [&]() -> Task<> {}());"}) {
    CAPTURE(code);
    CHECK(remarks_on(code, true).empty());
  }
}

TEST_CASE("comments and literals are no code", "[remarks]") {
  for (const char* const code :
       {"// spawn([&] {});", "/* spawn(\n[&] {}); */", R"(say("spawn([&] {});");)",
        R"(say('"'); // "spawn([&] {});)", "say(R\"x(\" spawn([&] {}); )x\");",
        R"(say("a \" spawn([&] {});");)"}) {
    CAPTURE(code);
    CHECK(remarks_on(code, true).empty());
  }
  CHECK(remarks_on("wait(1'000); spawn([&] {});", true).size() == 1);
  CHECK(remarks_on("say(\"'\"); spawn([&] {});", true).size() == 1);
}

TEST_CASE("text that is no C++ is read to its end", "[remarks]") {
  for (const char* const code :
       {"spawn(", "spawn([", "spawn([&]", "spawn([&] {", "spawn_on(", "spawn_on(x", "\"", "R\"",
        "'", "/*", "spawn()", "auto x = [", "spawn(std::move(", "\"\\"}) {
    CAPTURE(code);
    CHECK(remarks_on(code, true).empty());
  }
}

}  // namespace
}  // namespace rill::command
