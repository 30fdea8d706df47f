// read and write on the program's own descriptors: pipes, terminals, files, inherited sockets.
#include <fcntl.h>
#include <pty.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "tests/real/workbench.h"

namespace rill::testing {
namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  int reader() const { return ends[0]; }
  int writer() const { return ends[1]; }
  void close_reader() { ::close(std::exchange(ends[0], -1)); }
  void close_writer() { ::close(std::exchange(ends[1], -1)); }
  std::array<int, 2> ends{};
};

struct Reading {
  explicit Reading(int fd) {
    op.fd = fd;
    op.data = reinterpret_cast<std::byte*>(buffer);
    op.size_bytes = sizeof buffer;
  }
  std::string text() const {
    return op.result < 0 ? error_text(static_cast<int>(-op.result))
                         : std::string(buffer, static_cast<std::size_t>(op.result));
  }
  FdOp op{OpKind::read};
  char buffer[4096];
};

struct Writing {
  Writing(int fd, std::string& text) {
    op.fd = fd;
    op.data = reinterpret_cast<std::byte*>(text.data());
    op.size_bytes = text.size();
  }
  FdOp op{OpKind::write};
};

RILL_ON_EACH("A read waits for a pipe without touching its blocking mode, and sees its end") {
  Workbench bench;
  Pipe pipe;
  Reading reading(pipe.reader());
  bench.start(reading.op);
  bench.turn(milliseconds(5));
  CHECK(reading.op.state == Op::State::in_flight);
  CHECK((::fcntl(pipe.reader(), F_GETFL) & O_NONBLOCK) == 0);
  REQUIRE(::write(pipe.writer(), "abc", 3) == 3);
  REQUIRE(bench.ends(reading.op));
  CHECK(reading.text() == "abc");
  CHECK((::fcntl(pipe.reader(), F_GETFL) & O_NONBLOCK) == 0);

  Reading rest(pipe.reader());
  bench.start(rest.op);
  pipe.close_writer();
  REQUIRE(bench.ends(rest.op));
  CHECK(rest.op.result == 0);
}

RILL_ON_EACH("A write to a full pipe waits, and goes on when somebody reads") {
  for (const bool has_nowait : {true, false}) {
    Syscalls syscalls = kFaultySyscalls;
    if (!has_nowait) {  // as Linux before 6.4 answers for pipes
      const auto refuse = [](int, const iovec*, int, off_t, int) -> ssize_t {
        errno = EOPNOTSUPP;
        return -1;
      };
      syscalls.preadv2 = refuse;
      syscalls.pwritev2 = refuse;
    }
    Workbench bench({.syscalls = &syscalls, .names = {}});
    Pipe pipe;
    std::string text(300'000, 'z');
    std::size_t written = 0;
    for (;;) {
      Writing writing(pipe.writer(), text);
      bench.start(writing.op);
      if (writing.op.state == Op::State::in_flight) {
        bench.turn(milliseconds(2));
        CHECK(writing.op.state == Op::State::in_flight);
        std::string drained(written, '\0');
        REQUIRE(::read(pipe.reader(), drained.data(), written) == static_cast<ssize_t>(written));
        REQUIRE(bench.ends(writing.op));
        CHECK(writing.op.result > 0);
        break;
      }
      REQUIRE(writing.op.result > 0);
      written += static_cast<std::size_t>(writing.op.result);
    }
    CHECK(written == 65536);
  }
}

RILL_ON_EACH("A write that nobody will read gives EPIPE and no signal") {
  Workbench bench;
  Pipe pipe;
  pipe.close_reader();
  std::string text = "x";
  Writing writing(pipe.writer(), text);
  CHECK(bench.result(writing.op) == -EPIPE);
  sigset_t pending;
  sigpending(&pending);
  CHECK(sigismember(&pending, SIGPIPE) == 0);
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  CHECK(sigismember(&blocked, SIGPIPE) == 0);
}

RILL_ON_EACH("A blocked write ends with EPIPE when the reader goes") {
  Workbench bench;
  Pipe pipe;
  std::string text(70'000, 'z');
  Writing first(pipe.writer(), text);
  REQUIRE(bench.result(first.op) == 65536);
  Writing second(pipe.writer(), text);
  bench.start(second.op);
  pipe.close_reader();
  REQUIRE(bench.ends(second.op));
  CHECK(second.op.result == -EPIPE);
}

RILL_ON_EACH("Several readers of one descriptor are served in the order in which they came") {
  Workbench bench;
  Pipe pipe;
  Reading first(pipe.reader());
  Reading second(pipe.reader());
  Reading third(pipe.reader());
  first.op.size_bytes = 1;
  bench.start(first.op);
  bench.start(second.op);
  bench.start(third.op);
  bench.cancel(second.op);
  CHECK(second.op.result == -ECANCELED);
  REQUIRE(::write(pipe.writer(), "ab", 2) == 2);
  REQUIRE(bench.ends(third.op));
  CHECK(first.text() == "a");
  CHECK(third.text() == "b");
}

RILL_ON_EACH("A later reader does not overtake one that waits") {
  Workbench bench;
  Pipe pipe;
  Reading first(pipe.reader());
  bench.start(first.op);
  REQUIRE(::write(pipe.writer(), "a", 1) == 1);
  Reading second(pipe.reader());
  bench.start(second.op);
  CHECK(second.op.state == Op::State::in_flight);
  REQUIRE(bench.ends(first.op));
  CHECK(first.text() == "a");
  bench.cancel(second.op);
}

RILL_ON_EACH(
    "When nobody waits any more the descriptor is not watched, and its number can be reused") {
  Workbench bench;
  for (int i = 0; i < 3; ++i) {
    Pipe pipe;
    Reading reading(pipe.reader());
    bench.start(reading.op);
    if (i == 1) {
      bench.cancel(reading.op);
      continue;
    }
    REQUIRE(::write(pipe.writer(), "x", 1) == 1);
    REQUIRE(bench.ends(reading.op));
    CHECK(reading.text() == "x");
    REQUIRE(::write(pipe.writer(), "unread", 6) == 6);
    const Instant before = bench.backend.now();
    // A turn may end early, as by the last signal of a ring that an earlier test has left; one that
    // is woken by the pipe ends at once each time.
    int turns = 0;
    while (bench.backend.now() - before < milliseconds(5) && turns < 10) {
      bench.turn(milliseconds(5));
      ++turns;
    }
    CHECK(turns < 10);
  }
}

RILL_ON_EACH("Reading and writing on one descriptor at once, as on a terminal") {
  Workbench bench;
  int master = -1;
  int slave = -1;
  REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
  Reading line(slave);
  bench.start(line.op);
  bench.turn(milliseconds(2));
  CHECK(line.op.state == Op::State::in_flight);
  std::string text = "prompt> ";
  Writing prompt(slave, text);
  CHECK(bench.result(prompt.op) == 8);
  char shown[64];
  CHECK(::read(master, shown, sizeof shown) == 8);
  REQUIRE(::write(master, "typed\n", 6) == 6);
  REQUIRE(bench.ends(line.op));
  CHECK(line.text() == "typed\n");
  CHECK((::fcntl(slave, F_GETFL) & O_NONBLOCK) == 0);
  ::close(master);
  ::close(slave);
}

RILL_ON_EACH("A terminal whose screen is stopped does not stop the loop") {
  Workbench bench;
  int master = -1;
  int slave = -1;
  REQUIRE(::openpty(&master, &slave, nullptr, nullptr, nullptr) == 0);
  std::string text(1 << 20, 'x');
  std::size_t written = 0;
  for (;;) {
    Writing writing(slave, text);
    bench.start(writing.op);
    if (writing.op.state == Op::State::in_flight) {
      bench.cancel(writing.op);
      break;
    }
    REQUIRE(writing.op.result > 0);
    written += static_cast<std::size_t>(writing.op.result);
    REQUIRE(written < text.size());
  }
  CHECK(written > 0);
  ::close(master);
  ::close(slave);
}

RILL_ON_EACH("Regular files and directories are always ready") {
  Workbench bench;
  char path[] = "/tmp/rill_foreign_XXXXXX";
  const int file = ::mkstemp(path);
  REQUIRE(file >= 0);
  ::unlink(path);
  std::string text = "on disk";
  Writing writing(file, text);
  CHECK(bench.result(writing.op) == 7);
  REQUIRE(::lseek(file, 3, SEEK_SET) == 3);
  Reading reading(file);
  CHECK(bench.result(reading.op) == 4);
  CHECK(reading.text() == "disk");
  Reading end(file);
  CHECK(bench.result(end.op) == 0);
  ::close(file);
  const int directory = ::open("/", O_RDONLY | O_CLOEXEC);
  Reading names(directory);
  CHECK(bench.result(names.op) == -EISDIR);
  ::close(directory);
}

RILL_ON_EACH("A descriptor that is not open, or not for that direction, gives EBADF") {
  Workbench bench;
  Pipe pipe;
  for (const int fd : {-1, 987}) {
    Reading reading(fd);
    CHECK(bench.result(reading.op) == -EBADF);
  }
  std::string text = "x";
  Writing writing(pipe.reader(), text);
  bench.start(writing.op);
  REQUIRE(bench.ends(writing.op, seconds(1)));
  CHECK(writing.op.result == -EBADF);
}

TEST_CASE("When epoll has no room for one more descriptor, the operation says so") {
  Workbench bench;
  Pipe pipe;
  call_log.fail(Call::epoll_ctl, 1, ENOSPC);
  Reading reading(pipe.reader());
  CHECK(bench.result(reading.op) == -ENOSPC);
  Reading again(pipe.reader());
  bench.start(again.op);
  CHECK(again.op.state == Op::State::in_flight);
  bench.cancel(again.op);
}

}  // namespace
}  // namespace rill::testing
