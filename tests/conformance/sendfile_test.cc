// Conformance: files. Where a backend can send them, their bytes are in the stream like any others.
#include <unistd.h>

#include <cstdio>

#include "tests/conformance/conformance.h"

namespace rill::conformance {
namespace {

/// A file without a name.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& bytes) {
    REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), stream_) == bytes.size());
    REQUIRE(std::fflush(stream_) == 0);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { std::fclose(stream_); }
  int fd() const { return ::fileno(stream_); }

 private:
  std::FILE* stream_ = std::tmpfile();
};

Task<std::size_t> sendfile_task(Connection& connection, int fd, std::uint64_t offset,
                                std::size_t size_bytes) {
  const Sent sent = co_await connection.sendfile(fd, offset, size_bytes);
  co_return sent.bytes;
}

RILL_CONFORMANCE("a file is sent whole behind its head, or where no files are, ENOSYS says so") {
  Pair pair = co_await connected_pair();
  const std::string bytes = pattern(3 << 20);
  const ScratchFile file(bytes);
  if (!pair.client.can_sendfile()) {
    const int error = co_await error_of(sendfile_task(pair.client, file.fd(), 0, 1));
    CHECK(error == ENOSYS);
    co_return;
  }
  Group group;
  group.spawn([&]() -> Task<> {
    co_await pair.client.sendall("head", More::follows);
    const Sent sent = co_await pair.client.sendfile(file.fd(), 7, bytes.size() - 7);
    CHECK(sent.bytes == bytes.size() - 7);
    pair.client.shutdown_write();
  });
  const std::string got = co_await recv_all(pair.server);
  CHECK(got == "head" + bytes.substr(7));
}

RILL_CONFORMANCE("a file that ends early is seen by the count") {
  Pair pair = co_await connected_pair();
  const ScratchFile file("0123456789");
  if (!pair.client.can_sendfile()) co_return;
  const Sent some = co_await pair.client.sendfile(file.fd(), 4, 1000);
  CHECK(some.bytes == 6);
  const Sent none = co_await pair.client.sendfile(file.fd(), 10, 1000);
  CHECK(none.bytes == 0);
  const Sent nothing = co_await pair.client.sendfile(file.fd(), 0, 0);
  CHECK(nothing.bytes == 0);
  const std::string got = co_await recv_exactly(pair.server, 6);
  CHECK(got == "456789");
}

RILL_CONFORMANCE("a file that waits for its reader can be killed, and closed under its task") {
  Pair pair = co_await connected_pair();
  const std::string bytes = pattern(16 << 20);
  const ScratchFile file(bytes);
  if (!pair.client.can_sendfile()) co_return;
  const auto late = co_await timeout(20_ms, sendfile_task(pair.client, file.fd(), 0, bytes.size()));
  CHECK(!late.has_value());
  int error = 0;
  Group group;
  group.spawn([&]() -> Task<> {
    error = co_await error_of(sendfile_task(pair.client, file.fd(), 0, bytes.size()));
  });
  co_await null();
  pair.client.close();
  co_await group.wait();
  CHECK(error == ECANCELED);
}

}  // namespace
}  // namespace rill::conformance
