// Long files: sent in pieces, no faster than the client takes them, and never passed as complete
// when they were not.
#include "lessons/httpd/memory_site.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/testing.h"

namespace rill::httpd {
namespace {

/// Files that are nowhere: byte n of each is made from n. Remembers how it was read.
class EndlessSite final : public Site {
 public:
  explicit EndlessSite(std::uint64_t size_bytes) : size_bytes_(size_bytes) {}

  static char byte_at(std::uint64_t n) { return static_cast<char>((n * 2654435761u) >> 13); }

  Found open(const std::string& path, Content& content) override {
    if (path.ends_with(".br") || path.ends_with(".gz")) return Found::nothing;
    content = Content(*this, 0, FileVersion{.size_bytes = size_bytes_});
    return Found::file;
  }
  Folder list(const std::string&, std::size_t) override { return {}; }

  std::size_t largest_read = 0;
  std::uint64_t read_bytes = 0;
  /// Bytes from there on are gone.
  std::uint64_t end = UINT64_MAX;

 private:
  std::size_t read(std::uint64_t, std::uint64_t offset, std::span<char> to) override {
    largest_read = std::max(largest_read, to.size());
    const std::uint64_t left = offset < end ? end - offset : 0;
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(to.size(), left));
    for (std::size_t i = 0; i < count; ++i) to[i] = byte_at(offset + i);
    read_bytes += count;
    return count;
  }
  void close(std::uint64_t) override {}

  std::uint64_t size_bytes_;
};

bool is_right(std::string_view body, std::uint64_t from = 0) {
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != EndlessSite::byte_at(from + i)) return false;
  }
  return true;
}

TEST_CASE("files of every length around the sizes of buffers arrive as they are", "[large]") {
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{1}, kGatherBytes - 1, kGatherBytes, kGatherBytes + 1,
        kPieceBytes - 1, kPieceBytes, kPieceBytes + 1, 3 * kPieceBytes, 3 * kPieceBytes + 1,
        std::uint64_t{5'000'000}}) {
    INFO(size);
    EndlessSite site(size);
    const std::vector<Reply> all = replies(talk(site, get("/x") + get("/y")).received);
    REQUIRE(all.size() == 2);
    for (const Reply& reply : all) {
      CHECK(reply.status == 200);
      CHECK(reply.body.size() == size);
      CHECK(is_right(reply.body));
    }
    CHECK(site.largest_read <= kPieceBytes);
  }
}

TEST_CASE("ranges of a long file are read where they are, and nothing else is", "[large]") {
  EndlessSite site(1'000'000'000'000);
  const auto ask = [&](const std::string& ranges) {
    site.read_bytes = 0;
    return replies(talk(site, get("/x", "Range: bytes=" + ranges + "\r\n")).received).at(0);
  };
  const Reply one = ask("500000000000-500000299999");
  CHECK(one.status == 206);
  CHECK(one.body.size() == 300'000);
  CHECK(is_right(one.body, 500'000'000'000));
  CHECK(site.read_bytes == 300'000);

  const Reply two = ask("700000-899999,-100000");
  CHECK(site.read_bytes == 300'000);
  const std::string& body = two.body;
  const std::size_t first = body.find("\r\n\r\n") + 4;
  CHECK(is_right(body.substr(first, 200'000), 700'000));
  const std::size_t second = body.find("\r\n\r\n", first + 200'000) + 4;
  CHECK(is_right(body.substr(second, 100'000), 1'000'000'000'000 - 100'000));
  CHECK(body.substr(second + 100'000).starts_with("\r\n--part-"));
  CHECK(site.largest_read <= kPieceBytes);
}

TEST_CASE("a file is read no further than the client has room for", "[large]") {
  // A terabyte, to a client that stops reading after its first bytes.
  EndlessSite site(1'000'000'000'000);
  Client client;
  client.acts = {{{}, get("/x")}};
  client.read_bytes = 1000;
  client.read_pause = 100_s;
  Setting setting;
  setting.network.host.send_buffer_bytes = 300'000;
  setting.network.host.receive_buffer_bytes = 100'000;
  run_clients(site, {client}, setting);
  CHECK(site.read_bytes < 300'000 + 100'000 + 2 * kPieceBytes);
  CHECK(site.largest_read <= kPieceBytes);
}

TEST_CASE("pipelined answers are made no faster than the client takes them", "[large]") {
  EndlessSite site(10'000);
  Client client;
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/x");
  client.acts = {{{}, requests}};
  client.half_closes = false;
  client.reads_from = 100_s;
  Setting setting;
  setting.network.host.send_buffer_bytes = 50'000;
  setting.network.host.receive_buffer_bytes = 50'000;
  run_clients(site, {client}, setting);
  CHECK(site.read_bytes < 50'000 + 50'000 + 3 * kGatherBytes);
}

TEST_CASE("a long file that turns out shorter ends the connection before its promised length",
          "[large]") {
  for (const std::uint64_t end :
       {std::uint64_t{0}, std::uint64_t{1}, kPieceBytes, kPieceBytes + 1, std::uint64_t{199'999}}) {
    INFO(end);
    EndlessSite site(200'000);
    site.end = end;
    std::vector<Access> seen;
    Setting setting;
    setting.on_access = [&](const Access& access) {
      seen.push_back(access);
      seen.back().method = seen.back().target = {};
    };
    const Talk talk = httpd::talk(site, get("/x") + get("/y"), setting);
    CHECK_THROWS_WITH(replies(talk.received), testing::contains("cut short"));
    const std::size_t head_end = talk.received.find("\r\n\r\n") + 4;
    CHECK(talk.received.size() - head_end == end);
    CHECK(is_right(talk.received.substr(head_end)));
    REQUIRE(seen.size() == 1);
    CHECK_FALSE(seen[0].is_complete);
    CHECK(seen[0].body_bytes == end);
  }
}

TEST_CASE("a short file that turns out shorter is an error of the server, in its place",
          "[large]") {
  EndlessSite site(1000);
  site.end = 999;
  CHECK(statuses(talk(site, get("/x") + get("/y")).received) == "500 500");
}

TEST_CASE("a file that is replaced while it is sent never looks complete", "[large]") {
  MemorySite site;
  site.set("f", std::string(10'000'000, 'x'));
  Client client;
  client.acts = {{{}, get("/f")}};
  client.read_pause = 10_ms;
  Setting setting;
  int accesses = 0;
  Client replacer;  // asks for something else meanwhile, at which the file is replaced
  replacer.acts = {{100_ms, get("/none")}};
  setting.on_access = [&](const Access& access) {
    ++accesses;
    if (access.status == 404) site.set("f", "short");
    if (access.status == 200) CHECK_FALSE(access.is_complete);
  };
  const Outcomes outcomes = run_clients(site, {client, replacer}, setting);
  CHECK(accesses == 2);
  CHECK_THROWS_WITH(replies(outcomes.talks[0].received), testing::contains("cut short"));
}

TEST_CASE("HEAD of a terabyte costs nothing", "[large]") {
  EndlessSite site(1'000'000'000'000);
  const Talk talk = httpd::talk(site, "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(replies(talk.received, "H").at(0).fields["content-length"] == "1000000000000");
  CHECK(site.read_bytes == 0);
}

}  // namespace
}  // namespace rill::httpd
