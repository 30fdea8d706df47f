// See four_fetches.h.
#include "tests/client/four_fetches.h"

#include "tests/http/coded.h"

namespace rill::testing {
namespace {

using http::Client;

const std::string kContent(30'000, 'c');

std::string judge(const Fetched& fetched, const std::string& expected) {
  if (fetched.fault) return fetched.word();
  return fetched.status == 200 && fetched.body == expected ? "right" : kWrongPage;
}

Task<std::string> pull(Client& client, std::string url) {
  try {
    http::FetchResponse response = co_await client.start(request_of("GET", url));
    const std::string body = co_await response.read_all();
    co_return body == "abcdef" ? "right" : kWrongPage;
  } catch (const http::FetchError& error) {
    co_return std::string(http::to_string(error.fault()));
  }
}

}  // namespace

void teach_four(ScriptedOrigin& origin) {
  const std::string coded = http::gzip(kContent);
  origin.on("/", {send(redirect("/page"))});
  origin.on("/page", {send(page(coded, "Content-Encoding: gzip\r\n"))});
  origin.on("/post", {send(page("thanks"))});
  origin.on("/pulled", {send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
                        pause(milliseconds(5)), send("3\r\ndef\r\n0\r\n\r\n")});
}

Task<> fetch_four(http::FetchOptions options, std::string site, std::vector<std::string>& words) {
  Client client(std::move(options));
  const Fetched first = co_await fetch_one(client, request_of("GET", site));
  words.push_back(judge(first, kContent));
  http::FetchRequest post = request_of("POST", site + "post");
  post.body = std::string(100'000, 'p');
  const Fetched second = co_await fetch_one(client, std::move(post));
  words.push_back(judge(second, "thanks"));
  std::string third = co_await pull(client, site + "pulled");
  words.push_back(std::move(third));
  const Fetched fourth = co_await fetch_one(client, request_of("HEAD", site + "page"));
  words.push_back(judge(fourth, ""));
}

http::FetchOptions patient(unsigned retries, Duration patience) {
  http::FetchOptions options;
  options.idle_timeout = patience;
  options.connect_timeout = patience;
  options.deadline = patience * 20;
  options.most_connections_per_host = 1;
  options.retry.most_retries = retries;
  return options;
}

}  // namespace rill::testing
