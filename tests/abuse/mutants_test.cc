// Malformed requests by the thousand against the real httpd (H1, H3 to H5, H12; bars B3 and B20):
// every one is answered or refused within two seconds, in order behind the good requests before it,
// with nothing of the outside, and the server is as before. For a million of them:
//   bazel test --config=asan //tests/abuse:mutants_test --test_env=RILL_ABUSE_SCALE=full \
//       --test_timeout=3600
#include "tests/abuse/mutants.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/abuse/raw_socket.h"
#include "tests/abuse/victim.h"
#include "tests/testing/testing.h"

namespace rill::abuse {
namespace {

namespace fs = std::filesystem;

const std::string kSecret = "what nobody outside may read";

/// Takes the first response from `stream`: its status, or 0 if there is no whole one. Bodies of
/// answers to HEAD are missing; then the next response, or the end, follows at once.
int take_response(std::string_view& stream) {
  const std::size_t end = stream.find("\r\n\r\n");
  if (!stream.starts_with("HTTP/1.1 ") || end == stream.npos) return 0;
  const std::string head(stream.substr(0, end + 2));
  const int status = std::atoi(head.c_str() + 9);
  stream.remove_prefix(end + 4);
  if (status < 200 || status == 204 || status == 304) return status;
  const std::size_t length_at = head.find("\r\nContent-Length: ");
  if (length_at == head.npos) return 0;
  const std::size_t length = std::strtoull(head.c_str() + length_at + 18, nullptr, 10);
  if (stream.empty() || stream.starts_with("HTTP/1.1 ")) return status;  // of HEAD
  if (stream.size() < length) return 0;
  stream.remove_prefix(length);
  return status;
}

struct Seen {
  std::size_t sent = 0;
  std::size_t answered = 0;
  std::size_t refused = 0;  ///< 4xx and 5xx
  std::size_t wrong = 0;    ///< a stream that is no sequence of responses, or ended by a reset
  std::size_t leaked = 0;   ///< the secret came out
  double slowest_ms = 0;
  std::string example;  ///< of a wrong one
};

void attack(std::uint16_t port, std::uint64_t seed, std::size_t count, Seen& seen) {
  Mutants mutants(seed);
  while (seen.sent < count) {
    // Good ones first, on the same connection: they must all be answered.
    const auto good = static_cast<int>(mutants.draw(3));
    std::string bytes;
    for (int i = 0; i < good; ++i) bytes += get("/small");
    const std::string mutant = mutants.next();
    bytes += mutant;
    ++seen.sent;
    const auto began = Clock::now();
    const RawSocket client(port);
    const std::size_t cut = mutants.draw(bytes.size() + 1);
    std::string stream;
    // In two pieces, which may come together or not.
    const bool is_sent = client.is_open() && client.send(std::string_view(bytes).substr(0, cut)) &&
                         client.send(std::string_view(bytes).substr(cut));
    client.shut_write();
    bool is_right = client.receive_to_end(stream) && is_sent;
    seen.slowest_ms = std::max(seen.slowest_ms, to_milliseconds(Clock::now() - began));
    if (stream.find(kSecret) != stream.npos) ++seen.leaked;
    std::string_view rest = stream;
    for (int i = 0; i < good; ++i) is_right = is_right && take_response(rest) == 200;
    while (is_right && !rest.empty()) {
      const int status = take_response(rest);
      is_right = status != 0;
      (status >= 400 ? seen.refused : seen.answered) += 1;
    }
    if (is_right) continue;
    if (seen.wrong++ == 0) {
      seen.example = "sent, in two pieces (cut at " + std::to_string(cut) + "):\n" + bytes +
                     "\ngot:\n" + stream.substr(0, 2000);
    }
  }
}

TEST_CASE("httpd answers or refuses every malformed request, in order and in time", "[mutants]") {
  const std::string backend = GENERATE(from_range(backends()));
  INFO(backend);
  SiteFolder outside;
  const fs::path root = outside.path / "root";
  fs::create_directories(root / "folder");
  std::ofstream(outside.path / "secret") << kSecret;
  std::ofstream(root / "small") << std::string(100, 's');
  std::ofstream(root / "large") << std::string(100'000, 'l');
  fs::create_directory_symlink(outside.path, root / "link");
  Victim httpd(kHttpd, backend, {"--root", root.string()});
  REQUIRE(serves(httpd.port()));
  const std::size_t at_rest = httpd.cost().descriptors;

  const std::size_t count = at_scale<std::size_t>(10'000, 1'000'000) / 2;
  Seen seen[2];
  std::thread other([&] { attack(httpd.port(), 1, count, seen[0]); });
  attack(httpd.port(), 2, count, seen[1]);
  other.join();
  for (const Seen& one : seen) {
    INFO(one.example);
    CHECK(one.sent == count);
    CHECK(one.wrong == 0);
    CHECK(one.leaked == 0);
    CHECK(one.slowest_ms < 20'000);
    // Both happen, or the mutants have lost their point.
    CHECK(one.answered > count / 50);
    CHECK(one.refused > count / 4);
  }
  const double slowest = std::max(seen[0].slowest_ms, seen[1].slowest_ms);
  CHECK(figure(backend + ": mutants", static_cast<double>(2 * count), "", "", true));
  CHECK(figure(backend + ": mutants, answered",
               static_cast<double>(seen[0].answered + seen[1].answered), "", "", true));
  CHECK(figure(backend + ": mutants, refused",
               static_cast<double>(seen[0].refused + seen[1].refused), "", "", true));
  CHECK(figure(backend + ": mutants, slowest answer", slowest, "ms", "<= 2000", slowest <= 2000));
  CHECK(serves(httpd.port()));
  CHECK(httpd.wait_for_descriptors(at_rest));
  CHECK(httpd.stop() == "");
}

}  // namespace
}  // namespace rill::abuse
