// A server with faults on demand, to see what becomes of them: it answers each line with itself,
// throws at "bug", never awaits again at "hang", and says when it was asked to reload.
#include "lessons/common/say.h"
#include "lessons/common/serve.h"

namespace rill::lesson {
namespace {

Task<> handle_lines(Connection connection) {
  for (;;) {
    const std::string line = co_await connection.readline();
    if (line.empty()) co_return;
    if (line == "bug\n") throw std::logic_error("a bug in a handler");
    if (line == "hang\n") {
      for (volatile bool goes_on = true; goes_on;) continue;
    }
    co_await connection.sendall(line);
  }
}

Task<> say_reloads(ServeState& state) {
  for (;;) {
    co_await state.reload_requested.wait();
    say("reloading");
  }
}

Task<> serve_lines(const Settings& settings) {
  ServeState state;
  Group helpers;
  helpers.spawn(say_reloads(state));
  co_await serve(settings, handle_lines, &state);
}

}  // namespace
}  // namespace rill::lesson

int main(int argc, char** argv) {
  using namespace rill::lesson;
  Program program;
  program.name = "touchy";
  program.about = "Has faults on demand.";
  program.port = 4917;
  program.is_service = true;
  program.main = serve_lines;
  return run_program(program, argc, argv);
}
