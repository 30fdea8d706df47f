// The parent's side: forks, reads, waits, and knows when to wait no more. See guardian.h.
#include "lessons/school/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <new>
#include <span>
#include <system_error>

#include "lessons/school/child.h"
#include "simnet/guard/caller.h"

namespace rill::school {
namespace {

using Clock = std::chrono::steady_clock;

/// With neither a step nor any use of the processor: what waits for a real clock, a lock or a
/// terminal. A loop is found by the child itself, by the processor's time; on a busy machine that
/// may take long.
constexpr std::chrono::seconds kMostSilence{5};
constexpr int kLookMilliseconds = 100;

/// Memory that parent and child share.
class Shared {
 public:
  Shared()
      : at_(mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                 0)) {
    if (at_ == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    new (at_) Progress;
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { munmap(at_, sizeof(Progress)); }
  Progress& progress() { return *static_cast<Progress*>(at_); }

 private:
  void* at_;
};

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

[[noreturn]] void be_child(const std::function<int(Progress&, std::string&)>& work,
                           Progress& progress, int output_fd) {
  note_wrecks(progress);
  std::string output;
  int code = 0;
  try {
    code = work(progress, output);
  } catch (const std::exception& error) {
    output += std::string("  the check itself failed, which is our fault, not yours: ") +
              error.what() + "\n";
    code = 3;
  }
  write_all(output_fd, output);
  std::fflush(nullptr);
  _exit(code);
}

/// Whatever changes while the child is alive: its steps, and the time that it has used.
std::int64_t signs_of_life(pid_t child, const Progress& progress) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(child, &clock) == 0) clock_gettime(clock, &used);
  constexpr long kNanosecondsInMillisecond = 1'000'000;
  return static_cast<std::int64_t>(progress.steps + progress.runs) + used.tv_sec * 1'000 +
         used.tv_nsec / kNanosecondsInMillisecond;
}

/// Reads until the child has closed its end. False: it showed no sign of life for too long.
bool read_to_end(int fd, pid_t child, const Progress& progress, std::string& output) {
  std::int64_t seen = -1;
  Clock::time_point since = Clock::now();
  for (;;) {
    pollfd look = {fd, POLLIN, 0};
    const int ready = poll(&look, 1, kLookMilliseconds);
    if (ready > 0) {
      std::array<char, 4096> part;
      const ssize_t got = read(fd, part.data(), part.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return true;
      output.append(part.data(), static_cast<std::size_t>(got));
      continue;
    }
    const std::int64_t now = signs_of_life(child, progress);
    if (now != seen) {
      seen = now;
      since = Clock::now();
    } else if (Clock::now() - since > kMostSilence) {
      return false;
    }
  }
}

void tell_wreck(const Progress& progress, Ended& ended) {
  const Wreck& wreck = progress.wreck;
  ended.how = wreck.signal == SIGPROF ? Ended::How::endless : Ended::How::crashed;
  ended.code = wreck.signal;
  ended.places = simnet::guard::places_of(
      std::span<void* const>(wreck.stack, static_cast<std::size_t>(wreck.frames)));
  ended.table = wreck.table;
}

}  // namespace

Ended run_guarded(const std::function<int(Progress&, std::string&)>& work) {
  Shared shared;
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  std::fflush(nullptr);  // or both would print it
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    close(ends[0]);
    be_child(work, shared.progress(), ends[1]);
  }
  close(ends[1]);
  Ended ended;
  const bool came_to_end = read_to_end(ends[0], child, shared.progress(), ended.output);
  close(ends[0]);
  if (!came_to_end) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ended.property = shared.progress().property;
  ended.runs = shared.progress().runs;
  ended.token = shared.progress().token.data();
  if (!came_to_end) {
    ended.how = Ended::How::blocked;
  } else if (WIFSIGNALED(status)) {
    ended.how = Ended::How::crashed;
    ended.code = WTERMSIG(status);
  } else if (WEXITSTATUS(status) == kWrecked) {
    tell_wreck(shared.progress(), ended);
  } else {
    ended.code = WEXITSTATUS(status);
  }
  return ended;
}

}  // namespace rill::school
