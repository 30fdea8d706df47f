// Wire suite: methods, versions, targets, Host, Expect, persistence (H14 and RFC 9110 and 9112 at
// large).
#include "tests/lessons/httpd/wire_suite.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

TEST_CASE("methods", "[wire]") {
  const WireServer server;
  const std::string allow = "allow: GET, HEAD, OPTIONS";
  server.check({
      {"POST", message("POST / HTTP/1.1") + kNext, "405 200"},
      {"PUT", message("PUT / HTTP/1.1"), "405", {allow}},
      {"DELETE", message("DELETE / HTTP/1.1"), "405", {allow}},
      {"PATCH", message("PATCH / HTTP/1.1"), "405", {allow}},
      {"TRACE", message("TRACE / HTTP/1.1", "X-Secret: y\r\n"), "405", {allow}},
      {"TRACE's fields do not come back",
       message("TRACE /x-secret HTTP/1.1", "X: x-secret\r\n"),
       "405",
       {"!x"}},
      {"CONNECT", message("CONNECT server:443 HTTP/1.1"), "405", {allow}},
      {"CONNECT of a path", message("CONNECT / HTTP/1.1"), "400 close"},
      {"OPTIONS *", message("OPTIONS * HTTP/1.1") + kNext, "204 200"},
      {"OPTIONS * fields",
       message("OPTIONS * HTTP/1.1"),
       "204",
       {allow, "!content-length", "!content-type"},
       ""},
      {"OPTIONS of a path", message("OPTIONS /docs/a.txt HTTP/1.1"), "204", {allow}, ""},
      {"OPTIONS of no path", message("OPTIONS /../x HTTP/1.1"), "400", {}},
      {"GET *", message("GET * HTTP/1.1"), "400 close"},
      {"unknown", message("BREW / HTTP/1.1"), "501 close"},
      {"lower case", message("get / HTTP/1.1"), "501 close"},
      {"extension", message("PROPFIND / HTTP/1.1"), "501 close"},
      {"no token", message("GE(T / HTTP/1.1"), "400 close"},
      {"bytes", message("G\xc3\xa4T / HTTP/1.1"), "400 close"},
      {"method override is not heard",
       get("/docs/a.txt", "X-HTTP-Method-Override: DELETE\r\n"),
       "200",
       {},
       "alpha"},
  });
}

TEST_CASE("request lines and versions", "[wire]") {
  const WireServer server;
  const auto bare = [](const std::string& line) { return line + "\r\n" + kHost + "\r\n"; };
  server.check({
      {"HTTP/0.9", "GET /\r\n\r\n", "400 close"},
      {"HTTP/1.0",
       "GET /next HTTP/1.0\r\n\r\n" + kNext,
       "200 close",
       {"connection: close"},
       "next"},
      {"HTTP/1.0 keep-alive", "GET /next HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + kNext,
       "200 200"},
      {"HTTP/1.0 keep-alive is said",
       "GET /next HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
       "200",
       {"connection: keep-alive", "!transfer-encoding", "content-length: 4"}},
      {"HTTP/1.0 HEAD", "HEAD /next HTTP/1.0\r\n\r\n", "200 close", {"content-length: 4"}, ""},
      {"HTTP/1.0 POST", "POST /next HTTP/1.0\r\nContent-Length: 1\r\n\r\na", "405 close"},
      {"HTTP/1.0 listing is not chunked",
       "GET /docs/ HTTP/1.0\r\n\r\n",
       "200 close",
       {"content-length", "!transfer-encoding"}},
      {"HTTP/1.0 does not know Expect", "GET /next HTTP/1.0\r\nExpect: 100-continue, x\r\n\r\n",
       "200 close"},
      {"HTTP/1.2", bare("GET /next HTTP/1.2"), "200"},
      {"HTTP/1.9", bare("GET /next HTTP/1.9"), "200"},
      {"HTTP/2.0", bare("GET /next HTTP/2.0"), "505 close"},
      {"HTTP/3.0", bare("GET /next HTTP/3.0"), "505 close"},
      {"HTTP/0.9 as a version", bare("GET /next HTTP/0.9"), "505 close"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 close"},
      {"lower case", bare("GET /next http/1.1"), "400 close"},
      {"HTTPS", bare("GET /next HTTPS/1.1"), "400 close"},
      {"no minor", bare("GET /next HTTP/1"), "400 close"},
      {"two digits", bare("GET /next HTTP/1.10"), "400 close"},
      {"leading zero", bare("GET /next HTTP/01.1"), "400 close"},
      {"sign", bare("GET /next HTTP/+1.1"), "400 close"},
      {"space behind", bare("GET /next HTTP/1.1 "), "400 close"},
      {"two spaces", bare("GET  /next HTTP/1.1"), "400 close"},
      {"two spaces before the version", bare("GET /next  HTTP/1.1"), "400 close"},
      {"tab", bare("GET\t/next HTTP/1.1"), "400 close"},
      {"space in front", bare(" GET /next HTTP/1.1"), "400 close"},
      {"space in the target", bare("GET /ne xt HTTP/1.1"), "400 close"},
      {"no target", bare("GET HTTP/1.1"), "400 close"},
      {"fragment", bare("GET /next#x HTTP/1.1"), "400 close"},
      {"control byte", bare("GET /ne\x01xt HTTP/1.1"), "400 close"},
      {"bytes above ASCII", bare("GET /n\xc3\xa4xt HTTP/1.1"), "400 close"},
      {"NUL", bare(std::string("GET /ne\0xt HTTP/1.1", 19)), "400 close"},
      {"bare LF", "GET /next HTTP/1.1\nHost: a\n\n", "400 close"},
      {"bare CR", "GET /next HTTP/1.1\rHost: a\r\r", "400 close"},
      {"LF behind the request line", "GET /next HTTP/1.1\nHost: a\r\n\r\n", "400 close"},
      {"LF at the end", "GET /next HTTP/1.1\r\nHost: a\r\n\n", "400 close"},
      {"TLS", "\x16\x03\x01\x02\x01\x01\xfc", "400 close"},
      {"SSH", "SSH-2.0-OpenSSH_9.2\r\n", "400 close"},
      {"SOCKS", "\x05\x01\x02", "400 close"},
      {"text", "hello\r\n\r\n", "400 close"},
  });
}

TEST_CASE("targets and Host", "[wire]") {
  const WireServer server;
  const auto with_host = [](const std::string& fields) {
    return "GET /next HTTP/1.1\r\n" + fields + "\r\n";
  };
  std::vector<Row> rows = {
      {"absolute form", get("http://server/next"), "200", {}, "next"},
      {"absolute form, other host", get("http://elsewhere:8080/next"), "200", {}, "next"},
      {"absolute form, upper case", get("HTTP://SERVER/next"), "200", {}, "next"},
      {"absolute form, https", get("https://server/next"), "200", {}, "next"},
      {"absolute form without path", get("http://server"), "200", {}, "home\n"},
      {"absolute form with a query only", get("http://server?a"), "200", {}, "home\n"},
      {"absolute form in HTTP/1.0", "GET http://server/next HTTP/1.0\r\n\r\n", "200 close"},
      {"absolute form without Host", "GET http://server/next HTTP/1.1\r\n\r\n", "400 close"},
      {"other scheme", get("ftp://server/next"), "400 close"},
      {"file scheme", get("file:///etc/passwd"), "400 close"},
      {"no host", get("http:///next"), "400 close"},
      {"user", get("http://me@server/next"), "400 close"},
      {"relative", get("next"), "400 close"},
      {"authority", get("server:80"), "400 close"},
      {"name", with_host("Host: server\r\n"), "200"},
      {"name and port", with_host("Host: server:8080\r\n"), "200"},
      {"empty port", with_host("Host: server:\r\n"), "200"},
      {"comma, a byte of a name like others", with_host("Host: a,b\r\n"), "200"},
      {"upper case", with_host("HOST: SERVER\r\n"), "200"},
      {"IPv4", with_host("Host: 127.0.0.1:80\r\n"), "200"},
      {"IPv6", with_host("Host: [::1]:80\r\n"), "200"},
      {"not first", with_host("X: y\r\nHost: server\r\n"), "200"},
      {"no Host in HTTP/1.0", "GET /next HTTP/1.0\r\n\r\n", "200 close"},
      {"two Hosts in HTTP/1.0", "GET /next HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "400 close"},
  };
  for (const std::string fields : {"",
                                   "Host: a\r\nHost: a\r\n",
                                   "Host: a\r\nhost: b\r\n",
                                   "Host:\r\n",
                                   "Host: \r\n",
                                   "Host: a b\r\n",
                                   "Host: a/b\r\n",
                                   "Host: a?b\r\n",
                                   "Host: a#b\r\n",
                                   "Host: a@b\r\n",
                                   "Host: a\\b\r\n",
                                   "Host: http://a\r\n",
                                   "Host: a:b\r\n",
                                   "Host: a:0\r\n",
                                   "Host: a:65536\r\n",
                                   "Host: a:-1\r\n",
                                   "Host: a:1:2\r\n",
                                   "Host: ::1\r\n",
                                   "Host: [::1\r\n",
                                   "Host: [::1]a\r\n",
                                   "Host: [fe80::1%25eth0]\r\n",
                                   "Host: <a>\r\n",
                                   "Host: \"a\"\r\n",
                                   "Host : a\r\n",
                                   " Host: a\r\n",
                                   "Host: a\r\n b\r\n",
                                   "Host: %6\r\n",
                                   "Host: a\tb\r\n",
                                   "Host: a\x7f\r\n"}) {
    rows.push_back({"Host '" + fields + "'", with_host(fields) + kNext, "400 close"});
  }
  server.check(rows);
}

TEST_CASE("persistence and pipelining", "[wire]") {
  const WireServer server;
  std::string many;
  std::string all_ok;
  for (int i = 0; i < 100; ++i) {
    many += kNext;
    all_ok += i == 0 ? "200" : " 200";
  }
  server.check({
      {"close", get("/next", "Connection: close\r\n") + kNext, "200 close", {"connection: close"}},
      {"close in a list", get("/next", "Connection: x, Close\r\n") + kNext, "200 close"},
      {"close in another line", get("/next", "Connection: x\r\nConnection: close\r\n") + kNext,
       "200 close"},
      {"close outranks keep-alive", get("/next", "Connection: keep-alive, close\r\n") + kNext,
       "200 close"},
      {"keep-alive is nothing new",
       get("/next", "Connection: keep-alive\r\n") + kNext,
       "200 200",
       {"!connection"}},
      {"Keep-Alive is not heard", get("/next", "Keep-Alive: timeout=0\r\n") + kNext, "200 200"},
      {"pipelined", many, all_ok, {}, "next"},
      {"pipelined in any mixture",
       get("/docs/a.txt") + get("/none") + get("/..") + post("Content-Length: 1\r\n", "x") +
           get("/large.bin") + kNext,
       "200 404 400 405 200 200",
       {},
       "next"},
      {"error of the protocol ends it", kNext + "GET  / HTTP/1.1\r\n\r\n" + kNext, "200 400 close"},
      {"upgrade is not heard",
       get("/next", "Connection: upgrade\r\nUpgrade: websocket\r\n") + kNext, "200 200"},
  });
}

TEST_CASE("Expect", "[wire]") {
  const WireServer server;
  const std::string expect = "Expect: 100-continue\r\n";
  server.check({
      {"of a refused method: at once, and the end",
       post(expect + "Content-Length: 5\r\n"),
       "405 close",
       {"allow"}},
      {"of a refused method that sends its body all the same",
       post(expect + "Content-Length: 5\r\n", "hello") + kNext, "405 close"},
      {"without a body", get("/next", expect) + kNext, "200 200"},
      {"body that came already", get("/next", expect + "Content-Length: 5\r\n") + "hello" + kNext,
       "200 200"},
      {"in any case", get("/next", "Expect: 100-Continue\r\n") + kNext, "200 200"},
      {"something else", get("/next", "Expect: tea\r\n") + kNext, "417 200"},
      {"something else too", get("/next", "Expect: 100-continue, tea\r\n") + kNext, "417 200"},
      {"something else, with a body", post("Expect: tea\r\nContent-Length: 5\r\n", "hello") + kNext,
       "417 200"},
      {"empty", get("/next", "Expect:\r\n") + kNext, "200 200"},
      {"too much", post(expect + "Content-Length: 99999999\r\n"), "413 close"},
  });
  // A client that waits for 100 gets it, and only it, before it sends the body.
  testing::Socket client(server.port());
  client.send(get("/next", expect + "Content-Length: 5\r\n"));
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK(client.receive(interim.size()) == interim);
  client.send("hello" + kNext);
  client.end();
  CHECK(statuses(client.receive_all()) == "200 200");
}

}  // namespace
}  // namespace rill::httpd
