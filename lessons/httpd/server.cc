// See server.h.
#include "lessons/httpd/server.h"

#include "lessons/httpd/visit.h"

namespace rill::httpd {

Task<> serve(const lesson::Settings& settings, Service& service, lesson::ServeState* state) {
  lesson::ServeState own_state;
  lesson::ServeState& serving = state != nullptr ? *state : own_state;
  serving.on_stopping = [&service] {
    service.is_stopping = true;
    service.visits.for_each([](Stoppable& visit) { visit.close_if_idle(); });
  };
  const auto visit = [&service](Connection connection) -> Task<> {
    Visit visit(service, std::move(connection));
    co_await visit.run();
  };
  co_await lesson::serve(settings, visit, &serving);
}

}  // namespace rill::httpd
