// See server.h.
#include "lessons/httpd/server.h"

#include <exception>

#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/httpd/visit.h"
#include "net/signal.h"

namespace rill::httpd {
namespace {

/// So many at a time are told why they are turned away. More learn it by a reset, so that they
/// cannot take the places of others.
constexpr std::size_t kMostTurnedAway = 64;

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

Task<> visit(Serving& serving, Connection connection, Admission::Place place) {
  Visit visit(serving.service, std::move(connection));
  try {
    if (place.is_turned_away()) {
      co_await visit.turn_away();
    } else {
      co_await visit.run();
    }
  } catch (const NetError&) {
    // The client went away, or did not take its answer in time.
  } catch (...) {
    serving.fail();
  }
}

Task<> accept_all(Serving& serving) {
  try {
    Admission& admission = serving.service.admission;
    for (;;) {
      co_await admission.wait_for_room();
      Connection connection = co_await serving.listener.accept();
      Admission::Place place = admission.enter(connection.peer());
      if (admission.being_turned_away() > kMostTurnedAway) {
        connection.reset();
      } else {
        serving.visits.spawn(visit(serving, std::move(connection), std::move(place)));
      }
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
  service.listening.set();
  co_await serving.ending.wait();
  if (serving.failure) std::rethrow_exception(serving.failure);

  co_await kill(acceptor);
  serving.listener.close();
  service.is_stopping = true;
  service.visits.for_each([](Stoppable& visit) { visit.close_if_idle(); });
  const Outcome outcome = co_await timeout(service.limits.drain, all_of(serving.visits));
  if (outcome == Outcome::timed_out) {  // what is left closes with this frame
    service.visits.for_each([&](Stoppable&) { service.metrics.count(Deadline::drain); });
  }
  if (serving.failure) std::rethrow_exception(serving.failure);
}

}  // namespace rill::httpd
