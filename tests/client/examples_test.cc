// The examples in the headers of net/client, as they stand there: compiled, and run.
#include "net/client/address_policy.h"
#include "scheduler/sleep.h"
#include "tests/client/fetching.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

std::string used;
void use(const std::string& body) { used = body; }

Task<> client_example(http::FetchOptions options, std::string url) {
  http::Client client(options);
  http::Page page = co_await client.fetch(url);
  if (page.status == 200) use(page.body);
}

Task<> request_example(http::Client& client) {
  http::FetchRequest request(*http::Url::parse("http://site.test/items"), "POST");
  request.fields = {{"Content-Type", "application/json"}};
  request.body = R"({"name": "x"})";
  http::Page page = co_await client.fetch(std::move(request));
  use(page.body);
}

Task<> response_example(http::Client& client, http::FetchRequest request, std::string& file) {
  http::FetchResponse response = co_await client.start(std::move(request));
  for (;;) {
    const std::string_view piece = co_await response.read();
    if (piece.empty()) break;
    file += piece;
  }
}

TEST_CASE("the examples of the client's headers do what they say") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("home"))});
  origin.on("/items", {send(page("created"))});
  simulate(origin, {}, []() -> Task<> {
    co_await client_example({}, kHome);
    CHECK(used == "home");
    http::Client client;
    co_await request_example(client);
    CHECK(used == "created");
    std::string file;
    co_await response_example(client, request_of("GET"), file);
    CHECK(file == "home");
    http::FetchOptions options;
    options.allows_address = http::is_public;
    http::Client careful(options);
    const Fetched fetched = co_await fetch_one(careful, request_of("GET"));
    CHECK(fetched.word() == "not_allowed");
  });
}

}  // namespace
}  // namespace rill::testing
