// A lesson program that fails in whatever way its argument says: what run_program() makes of it is
// tested in failing_test.cc.
#include <cerrno>

#include "lessons/common/program.h"
#include "lessons/common/say.h"
#include "net/net.h"

namespace rill::lesson {
namespace {

Task<> fail(const std::string& way) {
  say("about to fail");
  co_await null();
  if (way == "failure") throw Failure("3 of 4 pages are missing");
  if (way == "mistake") throw UsageMistake("there is no folder 'nowhere'");
  if (way == "net") throw NetError("connect", "10.0.0.9:80", ECONNREFUSED);
  if (way == "number") throw 42;
  if (way == "deadlock") {
    Event never;
    co_await never.wait();
  }
}

}  // namespace
}  // namespace rill::lesson

int main(int argc, char** argv) {
  using namespace rill::lesson;
  std::string way;
  Program program;
  program.name = "failing";
  program.about = "Fails.";
  program.options = [&](CommandLine& line) { line.word("way", way, "how to fail"); };
  program.check = [&](const Settings&) {
    if (way.empty()) throw UsageMistake("say how to fail");
  };
  program.main = [&](const Settings&) { return fail(way); };
  return run_program(program, argc, argv);
}
