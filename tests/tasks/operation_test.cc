// Operations and the ways out of them: each is submitted once, handed back once, and disposed of
// when nobody reads its result.
#include "tests/tasks/fake_backend.h"

namespace rill::testing {
namespace {

Task<> one_operation(std::int64_t& result) { result = co_await FakeOperation(); }

TEST_CASE("an operation is one step, even when it completes at once") {
  FakeBackend backend;
  backend.completes_at_once = true;
  std::vector<std::string> log;
  run(
      [](std::vector<std::string>& l) -> Task<> {
        spawn(
            [](std::vector<std::string>& inner) -> Task<> {
              inner.push_back("other");
              co_return;
            },
            std::ref(l));
        co_await FakeOperation();
        l.push_back("back");
      }(log),
      backend);
  CHECK(log == std::vector<std::string>{"other", "back"});
  CHECK(backend.disposed == 0);
}

TEST_CASE("kill takes the operation back before the frame dies") {
  FakeBackend backend;
  std::int64_t result = 0;
  run(
      [](std::int64_t& r, FakeBackend& b) -> Task<> {
        TaskRef victim = spawn(one_operation, std::ref(r));
        co_await null();
        CHECK(b.in_flight() == 1);
        co_await kill(victim);
        CHECK(b.in_flight() == 0);
      }(result, backend),
      backend);
  CHECK(backend.submitted == 1);
  CHECK(backend.cancelled == 1);
  CHECK(backend.disposed == 0);  // it was cancelled: there is no result
}

TEST_CASE("a result that wins the race against kill is disposed of") {
  FakeBackend backend;
  backend.cancel_loses = true;
  std::int64_t result = 0;
  run(
      [](std::int64_t& r) -> Task<> {
        TaskRef victim = spawn(one_operation, std::ref(r));
        co_await null();
        co_await kill(victim);
      }(result),
      backend);
  CHECK(backend.disposed == 1);
  CHECK(result == 0);
}

TEST_CASE("kill of an acceptor whose connection has just arrived disposes of the connection") {
  FakeBackend backend;
  std::int64_t result = 0;
  run(
      [](std::int64_t& r, FakeBackend& b) -> Task<> {
        TaskRef victim = spawn(one_operation, std::ref(r));
        co_await null();
        b.complete_first(1);  // it is ready to run, and has not run
        co_await kill(victim);
      }(result, backend),
      backend);
  CHECK(backend.cancelled == 0);
  CHECK(backend.disposed == 1);
  CHECK(result == 0);
}

TEST_CASE("a timeout takes the operation back, and the task goes on") {
  FakeBackend backend;
  std::int64_t result = 0;
  run(
      [](std::int64_t& r) -> Task<> {
        const Outcome outcome = co_await timeout(5_ms, one_operation(r));
        CHECK(outcome == Outcome::timed_out);
        CHECK(now().ns == (5_ms).ns);
      }(result),
      backend);
  CHECK(backend.cancelled == 1);
}

TEST_CASE("the end of a run takes every operation back") {
  FakeBackend backend;
  std::int64_t results[3] = {};
  run(
      [](std::int64_t* r) -> Task<> {
        for (int i = 0; i < 3; ++i) spawn(one_operation, std::ref(r[i]));
        co_await null();
      }(results),
      backend, {.stop_with_root = true});
  CHECK(backend.submitted == 3);
  CHECK(backend.cancelled == 3);
  CHECK(backend.in_flight() == 0);
}

}  // namespace
}  // namespace rill::testing
