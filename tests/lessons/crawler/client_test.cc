// net/client against a server that does as it is told: every framing, every limit, every way to
// break off. Threats C1 to C8 are those of the project's reliability goals.
#include "net/client/client.h"

#include "net/connect.h"
#include "scheduler/sleep.h"
#include "scheduler/spawn.h"
#include "tests/lessons/crawler/scripted_origin.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using http::Client;
using http::FetchError;
using http::FetchFault;
using http::FetchOptions;
using http::Method;
using http::Page;

/// What one fetch came to: a page, or a fault with its sentence.
struct Result {
  int status = 0;
  std::string body;
  std::string url;
  unsigned redirects = 0;
  std::optional<FetchFault> fault;
  std::string sentence;
  Duration elapsed;
};

Task<> fetch_into(Client& client, std::string url, Method method, Result& result) {
  const Instant begun = now();
  try {
    const Page page = co_await client.fetch(std::move(url), method);
    result.status = page.status;
    result.body = page.body;
    result.url = page.url.text();
    result.redirects = page.redirects;
  } catch (const FetchError& error) {
    result.fault = error.fault();
    result.sentence = error.what();
    result.url = error.url();
  }
  result.elapsed = now() - begun;
}

/// One fetch of http://site.test/ by a new client.
Result fetch_page(ScriptedOrigin& origin, const FetchOptions& options = {},
                  const std::string& url = "http://site.test/", const Simulation& simulation = {},
                  Method method = Method::get) {
  Result result;
  simulate(origin, simulation, [&]() -> Task<> {
    Client client(options);
    co_await fetch_into(client, url, method, result);
  });
  return result;
}

Result fetch_script(Script script, const FetchOptions& options = {}) {
  ScriptedOrigin origin;
  origin.on("/", std::move(script));
  return fetch_page(origin, options);
}

const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kUntilClose = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";

TEST_CASE("a page with a length comes whole, in any cutting of the stream") {
  for (const bool is_rough : {false, true}) {
    ScriptedOrigin origin;
    origin.on("/a?b=c", {send(page("hello", "Content-Type: text/plain\r\n"))});
    const Result result = fetch_page(origin, {}, "http://site.test/a?b=c#d", {7, is_rough});
    CHECK(result.status == 200);
    CHECK(result.body == "hello");
    CHECK(result.url == "http://site.test/a?b=c");
    CHECK(origin.requests() == std::vector<std::string>{"/a?b=c"});
  }
}

TEST_CASE("a chunked page comes whole, whatever the chunks") {
  CHECK(fetch_script({send(kChunked + "3\r\nabc\r\n"), pause(milliseconds(5)),
                      send("1;x=y\r\nd\r\n0\r\nTrailer: x\r\n\r\n")})
            .body == "abcd");
}

TEST_CASE("a page without a length ends where the stream ends") {
  CHECK(fetch_script({send(kUntilClose + "abc"), send("def"), close()}).body == "abcdef");
}

TEST_CASE("a body shorter than declared is an error and never a page (C1)") {
  const Result result =
      fetch_script({send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), close()});
  CHECK(result.fault == FetchFault::truncated);
  CHECK(result.sentence ==
        "http://site.test/: the response was cut short after 3 bytes of the body");
}

TEST_CASE("a chunked body that ends in the middle is an error (C1)") {
  CHECK(fetch_script({send(kChunked + "3\r\nabc\r\n"), close()}).fault == FetchFault::truncated);
  CHECK(fetch_script({send(kChunked + "9\r\nabc"), close()}).fault == FetchFault::truncated);
  CHECK(fetch_script({send(kChunked + "0\r\n"), close()}).fault == FetchFault::truncated);
}

TEST_CASE("a body without a length that is reset is an error (C1)") {
  const Result result = fetch_script({send(kUntilClose + "abc"), pause(milliseconds(10)), reset()});
  CHECK(result.fault == FetchFault::connection_lost);
  CHECK_THAT(result.sentence, contains("the connection broke: Connection reset by peer"));
}

TEST_CASE("chunks that are none, and framings that contradict, are refused (C1)") {
  CHECK(fetch_script({send(kChunked + "x\r\nabc\r\n")}).fault == FetchFault::malformed);
  CHECK(fetch_script({send(kChunked + "3\r\nabcd\r\n")}).fault == FetchFault::malformed);
  CHECK(fetch_script({send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n")})
            .fault == FetchFault::malformed);
  CHECK(fetch_script({send("SSH-2.0-OpenSSH_9.2\r\n\r\n")}).fault == FetchFault::malformed);
}

TEST_CASE("bytes behind a body are no part of it, and end the connection's use (C1, C6)") {
  ScriptedOrigin origin;
  origin.on("/", {send(page("abc") + "smuggled")});
  Result first, second;
  simulate(origin, {}, [&]() -> Task<> {
    Client client;
    co_await fetch_into(client, "http://site.test/", Method::get, first);
    co_await fetch_into(client, "http://site.test/", Method::get, second);
  });
  CHECK(first.body == "abc");
  CHECK(second.body == "abc");
  CHECK(origin.connections() == 2);
}

TEST_CASE("a head without end is refused at its limit (C2)") {
  std::string endless = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 5000; ++i) endless += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(fetch_script({send(endless), hang()}).fault == FetchFault::head_too_large);
  const std::string one_line = "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'y');
  CHECK(fetch_script({send(one_line), hang()}).fault == FetchFault::head_too_large);
}

TEST_CASE("interim responses are skipped, a flood of them is refused (C2)") {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  CHECK(fetch_script({send(interim + interim + page("abc"))}).body == "abc");
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += interim;
  CHECK(fetch_script({send(flood), hang()}).fault == FetchFault::head_too_large);
}

TEST_CASE("a body beyond the cap is refused, declared or not (C2)") {
  FetchOptions options;
  options.limits.body_bytes = 1000;
  const std::string large(2000, 'x');
  const Result declared = fetch_script({send(page(large)), hang()}, options);
  CHECK(declared.fault == FetchFault::body_too_large);
  CHECK_THAT(declared.sentence, contains("more than 1000 bytes"));
  CHECK(fetch_script({send(kUntilClose + large), hang()}, options).fault ==
        FetchFault::body_too_large);
  CHECK(fetch_script({send(kChunked + "7d0\r\n" + large), hang()}, options).fault ==
        FetchFault::body_too_large);
  CHECK(fetch_script({send(page(std::string(1000, 'x')))}, options).status == 200);
}

TEST_CASE("a server that sends a byte now and then is held to the deadline of the whole (C2)") {
  FetchOptions options;
  options.deadline = milliseconds(500);
  const Result body = fetch_script({drip(page(std::string(100, 'x')), milliseconds(10))}, options);
  CHECK(body.fault == FetchFault::timed_out);
  CHECK(body.elapsed == milliseconds(500));
  CHECK_THAT(body.sentence, contains("http://site.test/: timed out after 500.000 ms, after "));
  CHECK_THAT(body.sentence, contains("bytes of the body"));

  const Result head = fetch_script(
      {drip("HTTP/1.1 200 OK\r\nX: " + std::string(200, 'y'), milliseconds(10))}, options);
  CHECK(head.sentence ==
        "http://site.test/: timed out after 500.000 ms, while waiting for the response");
  CHECK(head.elapsed == milliseconds(500));
}

TEST_CASE("HEAD has no body, whatever the length says") {
  ScriptedOrigin origin;
  origin.on("/", {send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")});
  const Result result = fetch_page(origin, {}, "http://site.test/", {}, Method::head);
  CHECK(result.status == 200);
  CHECK(result.body.empty());
  CHECK(origin.received().starts_with("HEAD / HTTP/1.1\r\nHost: site.test\r\n"));
}

TEST_CASE("redirects are followed, relative ones too, and the page says where it was found") {
  ScriptedOrigin origin;
  origin.on("/", {send(redirect("a/b"))});
  origin.on("/a/b", {send(redirect("../c?d"))});
  origin.on("/c?d", {send(page("here"))});
  const Result result = fetch_page(origin);
  CHECK(result.body == "here");
  CHECK(result.url == "http://site.test/c?d");
  CHECK(result.redirects == 2);
  CHECK(origin.connections() == 1);
}

TEST_CASE("redirects in a circle end at once, long chains at their limit (C3)") {
  ScriptedOrigin circle;
  circle.on("/", {send(redirect("/a"))});
  circle.on("/a", {send(redirect("/"))});
  const Result in_circle = fetch_page(circle);
  CHECK(in_circle.fault == FetchFault::too_many_redirects);
  CHECK_THAT(in_circle.sentence, contains("redirected in a circle"));
  CHECK(circle.requests().size() == 2);

  ScriptedOrigin chain;
  chain.on("/", {send(redirect("/0"))});
  for (int i = 0; i < 20; ++i) {
    chain.on("/" + std::to_string(i), {send(redirect("/" + std::to_string(i + 1)))});
  }
  const Result too_long = fetch_page(chain);
  CHECK(too_long.fault == FetchFault::too_many_redirects);
  CHECK(chain.requests().size() == 11);
}

TEST_CASE("a redirect to another scheme is not followed (C3)") {
  for (const char* location : {"file:///etc/passwd", "ftp://site.test/", "javascript:alert(1)",
                               "http://", "http://site.test:99999/"}) {
    ScriptedOrigin origin;
    origin.on("/", {send(redirect(location))});
    INFO(location);
    const Result result = fetch_page(origin);
    CHECK(result.fault == FetchFault::bad_redirect);
    CHECK(origin.requests().size() == 1);
  }
}

TEST_CASE("the program decides where redirects may lead (C3)") {
  FetchOptions options;
  options.allows = [](const http::Url& url) { return url.host() == kSite; };
  ScriptedOrigin origin;
  origin.on("/", {send(redirect("http://169.254.169.254/latest/meta-data"))});
  const Result result = fetch_page(origin, options);
  CHECK(result.fault == FetchFault::not_allowed);
  CHECK(result.url == "http://169.254.169.254/latest/meta-data");
}

TEST_CASE("the deadline covers all redirects together (C3)") {
  FetchOptions options;
  options.deadline = milliseconds(500);
  ScriptedOrigin origin;
  origin.on("/", {pause(milliseconds(200)), send(redirect("/a"))});
  origin.on("/a", {pause(milliseconds(200)), send(redirect("/b"))});
  origin.on("/b", {pause(milliseconds(200)), send(page("late"))});
  const Result result = fetch_page(origin, options);
  CHECK(result.fault == FetchFault::timed_out);
  CHECK(result.url == "http://site.test/b");
  CHECK(result.elapsed == milliseconds(500));
}

TEST_CASE("no URL puts a line of its own into a request (C4)") {
  ScriptedOrigin origin;
  CHECK(fetch_page(origin, {}, "http://site.test/a\r\nX-Evil: 1").fault == FetchFault::bad_url);
  CHECK(fetch_page(origin, {}, "http://site.test\r\nX-Evil: 1/").fault == FetchFault::bad_url);
  CHECK(origin.requests().empty());
  CHECK(fetch_page(origin, {}, "http://site.test/a b%0d%0aX-Evil:1").status == 404);
  CHECK(origin.requests() == std::vector<std::string>{"/a%20b%0D%0AX-Evil:1"});
}

TEST_CASE("user information never leaves, and a port goes into Host (C5)") {
  ScriptedOrigin origin;
  CHECK(fetch_page(origin, {}, "http://user:secret@SITE.test:80/").status == 404);
  CHECK(origin.received().find("secret") == std::string::npos);
  CHECK(fetch_page(origin, {}, "http://site.test:81/").fault == FetchFault::no_connection);
  CHECK(fetch_page(origin, {}, "http://site.test:0/").fault == FetchFault::bad_url);
  CHECK(fetch_page(origin, {}, "gopher://site.test/").fault == FetchFault::bad_url);
}

TEST_CASE("an address literal needs no name server, also of IPv6 (C5)") {
  ScriptedOrigin origin;
  CHECK(fetch_page(origin, {}, "http://10.0.0.1/").status == 404);
  CHECK(fetch_page(origin, {}, "http://[::1]:9/").fault == FetchFault::no_connection);
}

}  // namespace
}  // namespace rill::testing
