// See fetching.h.
#include "tests/client/fetching.h"

#include "scheduler/sleep.h"

namespace rill::testing {

std::string Fetched::word() const {
  return fault ? std::string(http::to_string(*fault)) : std::to_string(status);
}

http::FetchRequest request_of(std::string_view method, const std::string& url) {
  return http::FetchRequest(*http::Url::parse(url), std::string(method));
}

Task<Fetched> fetch_one(http::Client& client, http::FetchRequest request) {
  Fetched fetched;
  const Instant begun = now();
  try {
    http::Page page = co_await client.fetch(std::move(request));
    fetched.status = page.status;
    fetched.body = std::move(page.body);
    fetched.url = page.url.text();
    fetched.redirects = page.redirects;
    fetched.retries = page.retries;
  } catch (const http::FetchError& error) {
    fetched.fault = error.fault();
    fetched.sentence = error.what();
    fetched.url = error.url();
  }
  fetched.elapsed = now() - begun;
  co_return fetched;
}

Fetched fetch_alone(ScriptedOrigin& origin, const http::FetchOptions& options,
                    const http::FetchRequest& request, const Simulation& simulation) {
  Fetched fetched;
  simulate(origin, simulation, [&]() -> Task<> {
    http::Client client(options);
    fetched = co_await fetch_one(client, request);
  });
  return fetched;
}

Fetched fetch_script(Script script, const http::FetchOptions& options) {
  ScriptedOrigin origin;
  origin.on("/", std::move(script));
  return fetch_alone(origin, options);
}

}  // namespace rill::testing
