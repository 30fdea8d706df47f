// SIGHUP again while a server sees to the last one: it is the server's, and ends nothing. With one
// worker, which waits for signals itself, on a loop that has more to do than one turn holds.
#include <unistd.h>

#include <csignal>

#include "lessons/common/console.h"
#include "lessons/common/serve.h"
#include "lessons/echo/echo.h"
#include "tests/real/on_each_backend.h"
#include "tests/real/usual_effect.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

Task<> be_busy(const bool& is_over) {
  while (!is_over) co_await null();
}

Task<> reload_often(lesson::ServeState& state, int& reloads) {
  co_await state.listening.wait();
  Group watchers;
  watchers.spawn([&]() -> Task<> {
    for (;;) {
      co_await state.reload_requested.wait();
      ++reloads;
    }
  });
  for (int i = 0; i < 100; ++i) {
    ::kill(::getpid(), SIGHUP);
    co_await null();
  }
  for (int i = 0; i < 10; ++i) co_await null();  // and the last of them
  ::kill(::getpid(), SIGTERM);
  co_await state.stopping.wait();
}

RILL_ON_EACH("a SIGHUP that comes while the last one is seen to ends nothing, however busy it is") {
  const UsualEffect usual(SIGHUP);
  lesson::console().is_silent = true;
  lesson::Settings settings;
  settings.is_real = true;
  settings.host = "127.0.0.1";
  lesson::ServeState state;
  int reloads = 0;
  run(
      [](const lesson::Settings& settings, lesson::ServeState& state, int& reloads) -> Task<> {
        bool is_over = false;
        Group busy;
        for (int i = 0; i < 200; ++i) busy.spawn(be_busy(is_over));
        busy.spawn(reload_often(state, reloads));
        co_await lesson::serve(settings, lesson::echoer, &state);
        is_over = true;
        co_await busy.wait();
      }(settings, state, reloads),
      *make_real_backend({}));
  lesson::console() = lesson::Console();
  CHECK(UsualEffect::effects == 0);
  CHECK(reloads > 10);
}

}  // namespace
}  // namespace rill::testing
