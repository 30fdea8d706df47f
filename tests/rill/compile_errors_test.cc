// What a learner reads when an answer does not compile. The logs are clang 19's own words, written
// down by write_logs.sh.
#include "lessons/rill/compile_errors.h"

#include <fstream>
#include <iterator>

#include "tests/testing/testing.h"

namespace rill::command {
namespace {

constexpr const char* kFolder = "lessons/L08_framing/";

CompileError error_of(const std::string& mistake) {
  std::ifstream file("tests/rill/mistakes/" + mistake + ".log");
  REQUIRE(file);
  const std::string log{std::istreambuf_iterator<char>(file), {}};
  return first_error(log, kFolder);
}

struct Expected {
  const char* mistake;
  int line;
  const char* explained_by;  // part of the explanation; empty: there is none
};

TEST_CASE("common mistakes are explained, with their line in the lesson's file",
          "[compile_errors]") {
  constexpr const char* kAwait = "co_await is missing";
  const Expected expected = GENERATE_COPY(values<Expected>({
      {"value_assigned", 7, kAwait},
      {"value_reassigned", 8, kAwait},
      {"const_auto_used", 8, kAwait},
      {"member_of_task", 7, kAwait},
      {"passed_to_function", 7, kAwait},
      {"appended", 8, kAwait},
      {"condition", 7, kAwait},
      {"compare", 7, kAwait},
      {"range_for", 7, kAwait},
      {"statement_alone", 7, "co_await before it does it"},
      {"task_alone", 7, "co_await before it does it"},
      {"awaited_twice", 8, "std::move(task)"},
      {"awaited_twice_value", 8, "std::move(task)"},
      {"not_a_coroutine", 6, "a coroutine returns a Task"},
      {"void_coroutine", 6, "a coroutine returns a Task"},
      {"lambda_coroutine", 7, "-> Task<>"},
      {"await_at_file_scope", 6, "functions that return a Task"},
      {"return_in_coroutine", 8, "it is co_return, not return"},
      {"return_without_await", 7, "it is co_return, not return"},
      {"no_return_value", 8, "no co_return with a value"},
      {"connection_copied", 7, "std::move(connection)"},
      {"task_copied", 8, "std::move(task)"},
      {"await_not_awaitable", 7, "without co_await"},
      {"await_spawn", 7, "co_await join(task)"},
      {"void_value", 7, "gives no value"},
      {"number_of_sent", 7, "sent.bytes"},
      {"poisoned", 8, "do without it"},
      {"missing_semicolon", 7, ""},
  }));
  const CompileError error = error_of(expected.mistake);
  CAPTURE(expected.mistake, error.message, error.explanation);
  CHECK_THAT(
      error.place,
      testing::contains("lessons/L08_framing/framing.cc:" + std::to_string(expected.line) + ":"));
  if (*expected.explained_by == '\0') {
    CHECK(error.explanation.empty());
  } else {
    CHECK_THAT(error.explanation, testing::contains(expected.explained_by));
  }
}

TEST_CASE("the line is shown with the compiler's mark, without the name of the warning",
          "[compile_errors]") {
  const CompileError error = error_of("statement_alone");
  CHECK(error.message ==
        "ignoring return value of function declared with 'nodiscard' attribute: sendall() does "
        "nothing until it is awaited");
  CHECK(error.source == "    7 |   c.sendall(\"x\");\n      |   ^~~~~~~~~\n");
  CHECK(error.others == 0);
}

TEST_CASE("an error of the lesson's file comes before those of Rill's", "[compile_errors]") {
  const std::string log =
      "scheduler/task.h:204:9: error: static assertion failed\n"
      "\x1b[1mlessons/L08_framing/framing.cc:12:3: \x1b[0;1;31merror: \x1b[0mexpected ';'\n";
  const CompileError error = first_error(log, kFolder);
  CHECK(error.place == "lessons/L08_framing/framing.cc:12:3");
  CHECK(error.message == "expected ';'");
  CHECK(error.others == 1);
}

TEST_CASE("a function that is not there is told, though only the linker misses it",
          "[compile_errors]") {
  const CompileError error = first_error(
      "ld.lld: error: undefined symbol: count(int&, int)\n>>> referenced by properties.cc\n",
      kFolder);
  CHECK(error.place == kFolder);
  CHECK(error.message == "nothing in your file defines count(int&, int)");
  CHECK_THAT(error.explanation, testing::contains("header"));
}

TEST_CASE("a log without a compiler's error is nobody's mistake in the lesson",
          "[compile_errors]") {
  CHECK(first_error("ERROR: no such package 'lessons'\n", kFolder).place.empty());
  CHECK(first_error("", kFolder).place.empty());
}

}  // namespace
}  // namespace rill::command
