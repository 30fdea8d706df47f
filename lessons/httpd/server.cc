// See server.h.
#include "lessons/httpd/server.h"

#include <exception>

#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/httpd/visit.h"
#include "net/signal.h"

namespace rill::httpd {
namespace {

/// What the tasks of one server share.
struct Serving {
  Service& service;
  Listener listener;
  Event ending;  ///< by a signal or a failure
  std::exception_ptr failure;
  Group visits;
  Group helpers;  ///< acceptor and signals; the first to go

  /// From a catch block. The first exception counts.
  void fail() {
    if (!failure) failure = std::current_exception();
    ending.set();
  }
};

Task<> visit(Serving& serving, Connection connection) {
  Visit visit(serving.service, std::move(connection));
  try {
    co_await visit.run();
  } catch (const NetError&) {
    // The client went away, or did not take its answer in time.
  } catch (...) {
    serving.fail();
  }
}

Task<> accept_all(Serving& serving) {
  try {
    for (;;) {
      Connection connection = co_await serving.listener.accept();
      serving.visits.spawn(visit(serving, std::move(connection)));
    }
  } catch (...) {
    serving.fail();
  }
}

Task<> end_on_signal(Serving& serving) {
  co_await signal({SIGTERM, SIGINT});
  serving.ending.set();
}

Task<> all_of(Group& group) { co_await group.wait(); }

}  // namespace

Task<> serve(const lesson::Settings& settings, Service& service) {
  Serving serving{service, lesson::listen_as_told(settings), {}, {}, {}, {}};
  TaskRef acceptor = serving.helpers.spawn(accept_all(serving)).named("acceptor");
  serving.helpers.spawn(end_on_signal(serving)).named("signal");
  co_await null();  // now a signal finds somebody waiting for it
  lesson::announce_listening(serving.listener.address());
  co_await serving.ending.wait();
  if (serving.failure) std::rethrow_exception(serving.failure);

  co_await kill(acceptor);
  serving.listener.close();
  service.is_stopping = true;
  service.visits.for_each([](Stoppable& visit) { visit.close_if_idle(); });
  const Outcome outcome = co_await timeout(service.limits.drain, all_of(serving.visits));
  static_cast<void>(outcome);  // either way: what is left closes with this frame
  if (serving.failure) std::rethrow_exception(serving.failure);
}

}  // namespace rill::httpd
