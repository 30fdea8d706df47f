// See server.h.
#include "lessons/httpd/server.h"

#include <algorithm>

#include "lessons/httpd/visit.h"
#include "scheduler/sleep.h"

namespace rill::httpd {
namespace {

/// So many at a time are told why they are turned away, and no more than half of the places that
/// their client leaves. More learn it by a reset, so that they cannot take the places of others.
constexpr std::uint64_t kMostTurnedAway = 64;

/// Behind a TLS handshake it would cost more than to serve.
bool may_tell_why(const Service& service) {
  const Limits& limits = service.limits;
  const std::uint64_t left =
      limits.connections - std::min(limits.connections, limits.connections_per_client);
  return service.admission.being_turned_away() <= std::min(kMostTurnedAway, left / 2) &&
         !service.welcome;
}

Task<> attend(Service& service, Connection connection, Admission::Place place) {
  if (place.is_turned_away() && !may_tell_why(service)) {
    connection.reset();
    co_return;
  }
  Visit visit(service, std::move(connection));
  if (place.is_turned_away()) {
    co_await visit.turn_away();
  } else {
    co_await visit.run();
  }
}

void close_idle(Service& service, bool is_last_call) {
  service.visits.for_each([=](Stoppable& visit) { visit.close_if_idle(is_last_call); });
}

Task<> make_last_call(Service& service) {
  co_await sleep(service.limits.linger_when_stopping);
  close_idle(service, true);
}

}  // namespace

Task<> serve(const lesson::Settings& settings, Service& service, lesson::ServeState* state) {
  lesson::ServeState own_state;
  lesson::ServeState& serving = state != nullptr ? *state : own_state;
  Group helpers;
  serving.before_accept = [&service] { return service.admission.wait_for_room(); };
  serving.on_stopping = [&service, &helpers] {
    service.is_stopping = true;
    close_idle(service, false);
    if (!service.visits.empty()) helpers.spawn(make_last_call(service));
  };
  serving.on_cut_off = [&service] {
    service.visits.for_each([&](Stoppable&) { service.metrics.count(Deadline::drain); });
  };
  // Called at the accept, so that each connection has its place before the next one comes.
  const auto visit = [&service](Connection connection) {
    Admission::Place place = service.admission.enter(connection.peer());
    return attend(service, std::move(connection), std::move(place));
  };
  co_await lesson::serve(settings, visit, &serving);
}

}  // namespace rill::httpd
