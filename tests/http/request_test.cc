// The request parser: what it reports, its limits, and that the cuts of the input do not matter.
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "net/http/writer.h"
#include "tests/http/llhttp_oracle.h"
#include "tests/http/transcript.h"
#include "tests/testing/property.h"

using namespace rill::http;
using namespace std::string_literals;

namespace {

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

// Cuts anywhere, for up to 300 bytes.
rc::Gen<Cuts> any_cuts() {
  return rc::gen::map(rc::gen::container<Cuts>(rc::gen::inRange<std::size_t>(0, 300)),
                      [](Cuts cuts) {
                        std::sort(cuts.begin(), cuts.end());
                        return cuts;
                      });
}

std::string text_of(const std::string& alphabet, std::size_t least = 1) {
  const auto character = rc::gen::elementOf(alphabet);
  auto text = *rc::gen::container<std::string>(character);
  while (text.size() < least) text += *character;
  return text;
}

const std::string kTokenChars = "abcXYZ019!#$%&'*+-.^_`|~";

struct Message {
  std::string bytes;
  std::string expected;  // its transcript
};

// A request as our own writer prints it.
Message any_request() {
  Message message;
  const std::string method =
      *rc::gen::element<std::string>("GET", "POST", "PUT", "DELETE", "PATCH");
  const std::string path = "/" + text_of("abc/%.~?&=", 0);
  const std::string body = *rc::gen::arbitrary<std::string>();
  const bool is_chunked = *rc::gen::arbitrary<bool>();
  auto writer = HeadWriter::request(message.bytes, method, path);
  writer.field("Host", "h");
  std::string fields = " | Host=h";
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    const std::string name = "x" + text_of(kTokenChars);
    const std::string value = text_of("abc ,;\"\t\xc3\xa9");
    writer.field(name, value);
    fields.append(" ").append(name).append("=").append(trim(value));
  }
  if (is_chunked) {
    writer.chunked().end();
    fields += " Transfer-Encoding=chunked";
    for (std::size_t at = 0; at < body.size();) {
      const std::size_t size = *rc::gen::inRange<std::size_t>(1, 20);
      append_chunk(message.bytes, std::string_view(body).substr(at, size));
      at += size;
    }
    append_last_chunk(message.bytes);
  } else {
    writer.content_length(body.size()).end();
    message.bytes += body;
    fields += " Content-Length=" + std::to_string(body.size());
  }
  const std::size_t question = path.find('?');
  message.expected = method + " " + path + " 1.1 host=h path=" + path.substr(0, question);
  if (question != path.npos) message.expected += " query=" + path.substr(question + 1);
  message.expected += " keep-alive";
  if (is_chunked) message.expected += " chunked";
  if (!is_chunked && !body.empty()) message.expected += " " + std::to_string(body.size());
  message.expected += fields + " | " + body + "\n";
  return message;
}

}  // namespace

TEST_CASE("a request is reported part by part", "[http][request]") {
  RequestParser parser;
  CHECK(parser.idle());
  std::string_view input =
      "POST /a%20b?q=1 HTTP/1.1\r\nHost: h:80\r\nContent-Length: 5\r\nX-Y:  z \r\n\r\nhel";
  REQUIRE(parser.next(input) == Event::head);
  const Request& request = parser.request();
  CHECK(request.method == Method::post);
  CHECK(request.target == "/a%20b?q=1");
  CHECK(request.path == "/a%20b");
  CHECK(request.query == "q=1");
  CHECK(request.authority == "h:80");
  CHECK(request.content_length == 5);
  CHECK(request.has_body);
  CHECK(request.fields.size() == 3);
  CHECK(request.fields.find("x-y") == "z");
  CHECK_FALSE(request.fields.find("x"));
  REQUIRE(parser.next(input) == Event::body);
  CHECK(parser.body() == "hel");
  CHECK(parser.next(input) == Event::need_input);
  CHECK_FALSE(parser.idle());
  input = "loGET";
  REQUIRE(parser.next(input) == Event::body);
  CHECK(parser.body() == "lo");
  REQUIRE(parser.next(input) == Event::end);
  CHECK(input == "GET");
  CHECK(parser.idle());
  CHECK(request.target == "/a%20b?q=1");  // still there
  CHECK(parser.next(input) == Event::need_input);
  CHECK_FALSE(parser.idle());
}

TEST_CASE("the four forms of a target", "[http][request]") {
  const auto line = [](const std::string& text) {
    return request_transcript(text + " HTTP/1.1\r\nHost: a\r\n\r\n");
  };
  CHECK(line("GET /p?") == "GET /p? 1.1 host=a path=/p query= keep-alive | Host=a | \nidle");
  CHECK(line("GET http://b:1?q") ==
        "GET http://b:1?q 1.1 host=b:1 path=/ query=q keep-alive | Host=a | \nidle");
  CHECK(line("OPTIONS *") == "OPTIONS * 1.1 host=a path=* keep-alive | Host=a | \nidle");
  CHECK(line("CONNECT b:443") == "CONNECT b:443 1.1 host=b:443 path= keep-alive | Host=a | \nidle");
}

TEST_CASE("who may keep the connection", "[http][request]") {
  const auto keeps = [](const std::string& version, const std::string& fields) {
    const auto text =
        request_transcript("GET / HTTP/" + version + "\r\nHost: a\r\n" + fields + "\r\n");
    return text.find("keep-alive |") != text.npos;
  };
  CHECK(keeps("1.1", ""));
  CHECK_FALSE(keeps("1.0", ""));
  CHECK(keeps("1.0", "Connection: Keep-Alive\r\n"));
  CHECK_FALSE(keeps("1.0", "Connection: keep-alive, close\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: x, CLOSE ,y\r\n"));
  CHECK_FALSE(keeps("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  CHECK(keeps("1.1", "Connection: closed\r\n"));
  CHECK(keeps("1.1", "Proxy-Connection: close\r\n"));
}

TEST_CASE("Expect is heard in HTTP/1.1 only", "[http][request]") {
  const auto expects = [](const std::string& version, const std::string& value) {
    const auto text = request_transcript("PUT / HTTP/" + version +
                                         "\r\nHost: a\r\nExpect: " + value + "\r\n\r\n");
    return text.find("expects-continue") != text.npos;
  };
  CHECK(expects("1.1", "100-Continue"));
  CHECK_FALSE(expects("1.0", "100-continue"));
  CHECK_FALSE(expects("1.1", "101-continue"));
}

TEST_CASE("pipelined requests come one by one", "[http][request]") {
  std::string bytes, expected;
  for (int i = 0; i < 100; ++i) {
    const std::string path = "/" + std::to_string(i);
    bytes.append("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
    expected.append("GET ").append(path).append(" 1.1 host=a path=").append(path);
    expected.append(" keep-alive | Host=a | \n");
  }
  CHECK(request_transcript(bytes) == expected + "idle");
  CHECK(request_transcript(bytes, every_byte(bytes)) == expected + "idle");
}

TEST_CASE("nothing of a request is left in the next", "[http][request]") {
  CHECK(request_transcript("PUT /a?b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                           "Content-Length: 1\r\n\r\nxCONNECT b:1 HTTP/1.1\r\nHost: c\r\n\r\n") ==
        "PUT /a?b 1.1 host=a path=/a query=b keep-alive expects-continue 1"
        " | Host=a Expect=100-continue Content-Length=1 | x\n"
        "CONNECT b:1 1.1 host=b:1 path= keep-alive | Host=c | \nidle");
}

TEST_CASE("errors come as early as they can and stay", "[http][request]") {
  RequestParser parser;
  std::string_view input = "BREW / HTTP/1.1\r\n";
  CHECK(parser.next(input) == Event::error);
  CHECK(parser.error().status == 501);
  CHECK_FALSE(parser.error().reason.empty());
  input = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(parser.next(input) == Event::error);
  CHECK(parser.error().status == 501);
  CHECK_FALSE(parser.idle());
}

TEST_CASE("limits hold at the byte, for every cut", "[http][request]") {
  Limits limits;
  limits.start_line_bytes = 20;
  limits.header_bytes = 60;
  limits.field_count = 4;
  limits.body_bytes = 5;
  const auto status = [&](const std::string& bytes) {
    const std::string text = request_transcript(bytes, {}, limits);
    CHECK(text == request_transcript(bytes, every_byte(bytes), limits));
    const std::size_t error = text.find("error ");
    return error == text.npos ? 200 : std::stoi(text.substr(error + 6));
  };
  const std::string version = " HTTP/1.1\r\nHost: a\r\n";  // 9 bytes of version, 9 of Host
  CHECK(status("GET /" + std::string(6, 'a') + version + "\r\n") == 200);
  CHECK(status("GET /" + std::string(7, 'a') + version + "\r\n") == 414);
  CHECK(status("GET /" + std::string(1000, 'a')) == 414);  // not even complete
  CHECK(status("GET /" + version + "X: " + std::string(46, 'a') + "\r\n\r\n") == 200);
  CHECK(status("GET /" + version + "X: " + std::string(49, 'a') + "\r\n\r\n") == 431);
  CHECK(status("GET /" + version + std::string(1000, 'a')) == 431);
  CHECK(status("GET /" + version + "A:\r\nB:\r\nC:\r\n\r\n") == 200);
  CHECK(status("GET /" + version + "A:\r\nB:\r\nC:\r\nD:\r\n\r\n") == 431);
  CHECK(status("GET /" + version + "Content-Length: 5\r\n\r\nabcde") == 200);
  CHECK(status("GET /" + version + "Content-Length: 6\r\n\r\n") == 413);
  const std::string chunked = "GET /" + version + "Transfer-Encoding: chunked\r\n\r\n";
  CHECK(status(chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") == 200);
  CHECK(status(chunked + "3\r\nabc\r\n3\r\n") == 413);
}

TEST_CASE("the default limits take a request line of 8000 bytes", "[http][request]") {
  CHECK(request_status("GET /" + std::string(7986, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n") == 200);
  CHECK(request_status("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n") == 414);
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X: y\r\n";
  CHECK(request_status(get(fields)) == 200);
  CHECK(request_status(get(fields + "X: y\r\n")) == 431);
}

TEST_CASE("one byte in a thousand tiny chunks is fine, kilobytes of extensions are not",
          "[http][request]") {
  const std::string head = get("Transfer-Encoding: chunked\r\n");
  std::string tiny = head, padded = head;
  for (int i = 0; i < 1000; ++i) {
    tiny += "1;a=b\r\nx\r\n";
    padded += "1;a=" + std::string(50, 'b') + "\r\nx\r\n";
  }
  CHECK(request_status(tiny + "0\r\n\r\n") == 200);
  CHECK(request_status(padded + "0\r\n\r\n") == 400);
}

RILL_PROPERTY("what the writer prints is what the parser reads, pipelined and cut anyhow") {
  std::string bytes, expected;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const Message message = any_request();
    bytes += message.bytes;
    expected += message.expected;
  }
  const Cuts cuts = *any_cuts();
  RC_ASSERT(request_transcript(bytes, cuts) == expected + "idle");
}

RILL_PROPERTY("a damaged request means the same for every cut") {
  std::string bytes = any_request().bytes + any_request().bytes;
  const std::string damage = "\r\n\0 \t:,;0x\xff/"s;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const char c = *rc::gen::elementOf(damage);
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        bytes[at] = c;
        break;
      case 1:
        bytes.insert(at, 1, c);
        break;
      default:
        bytes.erase(at, 1);
    }
  }
  const std::string whole = request_transcript(bytes);
  RC_ASSERT(request_transcript(bytes, every_byte(bytes)) == whole);
  RC_ASSERT(request_transcript(bytes, *any_cuts()) == whole);
  for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 512); ++at) {
    RC_ASSERT(request_transcript(bytes, {at}) == whole);
  }
  RC_ASSERT(agree(own_requests(bytes), llhttp_requests(bytes)));
}

RILL_PROPERTY("limits bound what is accepted") {
  Limits limits;
  limits.start_line_bytes = *rc::gen::inRange(14, 60);
  limits.header_bytes = *rc::gen::inRange(10, 120);
  limits.field_count = *rc::gen::inRange(1, 5);
  limits.body_bytes = *rc::gen::inRange(0, 40);
  const Message message = any_request();
  const std::string text = request_transcript(message.bytes, *any_cuts(), limits);
  const std::size_t line = message.bytes.find("\r\n");
  const std::size_t head = message.bytes.find("\r\n\r\n");
  RC_ASSERT((text.find("error 414") != text.npos) == (line > limits.start_line_bytes));
  if (line > limits.start_line_bytes) return;
  const std::string section = message.bytes.substr(line + 2, head - line);
  const auto fields = static_cast<std::size_t>(std::count(section.begin(), section.end(), '\n'));
  const bool is_long = head - line > limits.header_bytes || fields > limits.field_count;
  RC_ASSERT((text.find("error 431") != text.npos) == is_long);
}
