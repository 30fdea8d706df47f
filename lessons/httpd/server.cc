// See server.h.
#include "lessons/httpd/server.h"

#include "lessons/httpd/visit.h"
#include "scheduler/sleep.h"

namespace rill::httpd {
namespace {

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
  serving.on_stopping = [&service, &helpers] {
    service.is_stopping = true;
    close_idle(service, false);
    if (!service.visits.empty()) helpers.spawn(make_last_call(service));
  };
  const auto visit = [&service](Connection connection) -> Task<> {
    Visit visit(service, std::move(connection));
    co_await visit.run();
  };
  co_await lesson::serve(settings, visit, &serving);
}

}  // namespace rill::httpd
