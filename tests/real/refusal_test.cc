// A kernel that refuses io_uring, as many containers do: by a system call filter of this test's own
// (seccomp(2)), so that what is refused is the real call.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

#include "net/backends.h"
#include "net/net.h"
#include "scheduler/run.h"
#include "tests/real/on_each_backend.h"

namespace rill::testing {
namespace {

/// From now on, in this process and for ever, io_uring_setup(2) gives `error`.
void refuse_io_uring(int error) {
  std::array<sock_filter, 4> filter = {{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, __NR_io_uring_setup},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | static_cast<__u32>(error)},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    ::_exit(99);
  }
}

/// What `body` writes to standard error in a process where io_uring is refused with `error`.
template <class Body>
std::string where_refused(int error, Body body) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 2);
    refuse_io_uring(error);
    try {
      body();
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "failed: %s\n", failure.what());
    }
    std::fflush(nullptr);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string all;
  std::array<char, 4096> some{};
  for (;;) {
    const ssize_t count = ::read(ends[0], some.data(), some.size());
    if (count <= 0) break;
    all.append(some.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  return all;
}

Task<> echo_once() {
  Listener listener("127.0.0.1", 0);
  Connection client = co_await connect(listener.address());
  Connection server = co_await listener.accept();
  co_await client.sendall("hello");
  const std::string got = co_await server.recv(10);
  std::fprintf(stderr, "got %s\n", got.c_str());
}

TEST_CASE("A refusal is met with epoll and one line, however many backends are made") {
  const std::string said = where_refused(EPERM, [] {
    for (int i = 0; i < 3; ++i) {
      const auto backend = make_backend("auto");
      std::fprintf(stderr, "%s\n", std::string(backend->name()).c_str());
    }
    run(echo_once(), *make_backend("auto"));
  });
  CHECK(said ==
        "rill: epoll serves instead of io_uring: the kernel forbids io_uring here (a container's "
        "filter, or the sysctl kernel.io_uring_disabled)\nepoll\nepoll\nepoll\ngot hello\n");
}

TEST_CASE("uring where the kernel refuses it is one sentence that says what to do") {
  CHECK(where_refused(ENOSYS, [] { make_backend("uring"); }) ==
        "failed: there is no uring backend here: this kernel has no io_uring: use "
        "--backend=epoll\n");
  CHECK_THAT(where_refused(EINVAL, [] { make_backend("uring"); }), contains("Linux 6.0"));
  CHECK_THAT(where_refused(ENOMEM, [] { make_backend("uring"); }), contains("ulimit -l"));
}

TEST_CASE("A kernel without deferred task work gets the cooperative kind") {
  if (!has_uring()) return;
  static unsigned tries = 0;
  RingCalls calls = kernel_ring_calls;
  calls.queue_init_params = [](unsigned entries, io_uring* ring, io_uring_params* params) {
    ++tries;
    if ((params->flags & IORING_SETUP_DEFER_TASKRUN) != 0) return -EINVAL;
    return io_uring_queue_init_params(entries, ring, params);
  };
  UringBackend backend({.ring_calls = &calls, .names = {}});
  run(echo_once(), backend);
  CHECK(tries == 2);
}

TEST_CASE("Memory that rings which have ended still hold is waited for, and not for ever") {
  if (!has_uring()) return;
  static unsigned refusals = 0;
  RingCalls calls = kernel_ring_calls;
  calls.queue_init_params = [](unsigned entries, io_uring* ring, io_uring_params* params) {
    return ++refusals <= 3 ? -ENOMEM : io_uring_queue_init_params(entries, ring, params);
  };
  calls.register_buf_ring = [](io_uring* ring, io_uring_buf_reg* buffers, unsigned flags) {
    return ++refusals <= 7 ? -ENOMEM : io_uring_register_buf_ring(ring, buffers, flags);
  };
  UringBackend backend({.ring_calls = &calls, .names = {}});
  run(echo_once(), backend);
  CHECK(refusals == 8);
  calls.register_buf_ring = [](io_uring*, io_uring_buf_reg*, unsigned) { return -ENOMEM; };
  CHECK_THROWS_AS(UringBackend({.ring_calls = &calls, .names = {}}), UringRefused);
}

TEST_CASE("A kernel that takes no receive buffers is refused") {
  if (!has_uring()) return;
  RingCalls calls = kernel_ring_calls;
  calls.register_buf_ring = [](io_uring*, io_uring_buf_reg*, unsigned) { return -EINVAL; };
  CHECK_THROWS_WITH(UringBackend({.ring_calls = &calls, .names = {}}),
                    contains("no receive buffers"));
}

}  // namespace
}  // namespace rill::testing
