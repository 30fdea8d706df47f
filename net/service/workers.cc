// See workers.h.
#include "net/service/workers.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "net/fd.h"
#include "scheduler/run.h"

namespace rill {
namespace {

[[noreturn]] void refuse(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// A pipe whose writing end does not block: a worker that has not read thousands of signals needs
/// no more of them.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) refuse("a pipe for a worker");
    fcntl(ends_[1], F_SETFL, O_NONBLOCK);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  int reading_end() const { return ends_[0]; }
  void write_byte(int number) const {
    const auto byte = static_cast<unsigned char>(number);
    while (::write(ends_[1], &byte, 1) < 0 && errno == EINTR) continue;
  }

 private:
  int ends_[2];
};

sigset_t set_of(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) sigaddset(&set, number);
  return set;
}

/// Blocks the signals that the workers are told of, for this thread and those it starts; they come
/// out of a signalfd instead.
class SignalsForAll {
 public:
  SignalsForAll() {
    const sigset_t all = set_of({SIGTERM, SIGINT, SIGHUP, SIGQUIT});
    fd_ = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd_ < 0) refuse("a signalfd for the workers");
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  SignalsForAll(const SignalsForAll&) = delete;
  SignalsForAll& operator=(const SignalsForAll&) = delete;
  ~SignalsForAll() {
    close(fd_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  int fd() const { return fd_; }
  /// The number of one that came, or 0.
  int take() const {
    signalfd_siginfo signal;
    return ::read(fd_, &signal, sizeof signal) == sizeof signal ? static_cast<int>(signal.ssi_signo)
                                                                : 0;
  }
  /// From now on SIGTERM and SIGINT end the process. One that is pending does so now.
  void let_go_of_endings() const {
    const sigset_t rest = set_of({SIGHUP, SIGQUIT});
    signalfd(fd_, &rest, 0);
    const sigset_t endings = set_of({SIGTERM, SIGINT});
    pthread_sigmask(SIG_UNBLOCK, &endings, nullptr);
  }

 private:
  sigset_t before_;
  int fd_;
};

/// What the workers' threads and the watching one share: who has ended, and how.
class Endings {
 public:
  /// From a worker's thread, at its end; `failure` is "" for a good one.
  void report(std::string failure) {
    const std::lock_guard lock(mutex_);
    if (!failure.empty()) failures_.push_back(std::move(failure));
    ++ended_;
    news_.write_byte(1);
  }
  int news() const { return news_.reading_end(); }
  /// How many have ended, after news.
  unsigned count() {
    char byte;
    [[maybe_unused]] const ssize_t taken = ::read(news_.reading_end(), &byte, 1);
    const std::lock_guard lock(mutex_);
    return ended_;
  }
  bool has_failure() {
    const std::lock_guard lock(mutex_);
    return !failures_.empty();
  }
  /// When all have ended. The first one first.
  void rethrow() const {
    if (failures_.empty()) return;
    std::string text = failures_.front();
    for (std::size_t i = 1; i < failures_.size(); ++i) text += "\nalso " + failures_[i];
    throw WorkerFailure(text);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> failures_;
  unsigned ended_ = 0;
  Pipe news_;
};

/// The whole life of a worker's thread.
void live(Worker& worker, const std::function<std::unique_ptr<Backend>()>& make_backend,
          const std::function<Task<>(Worker&)>& program, Endings& endings) {
  pthread_setname_np(pthread_self(), ("worker " + std::to_string(worker.index() + 1)).c_str());
  std::string failure;
  try {
    const std::unique_ptr<Backend> backend = make_backend();
    run(program(worker), *backend);
  } catch (const std::exception& error) {
    failure = worker.name() + ": " + error.what();
  } catch (...) {
    failure = worker.name() + ": failed, and did not say why";
  }
  endings.report(std::move(failure));
}

}  // namespace

std::string Worker::name() const {
  return "worker " + std::to_string(index_ + 1) + " of " + std::to_string(count_);
}

Task<int> Worker::next_signal() {
  for (;;) {
    const std::string byte = co_await read(signals_, 1);
    const int number = byte.empty() ? SIGTERM : byte.front();
    if (number != SIGQUIT) co_return number;  // that one only wakes the loop: see below
  }
}

void run_workers(unsigned count, const std::function<std::unique_ptr<Backend>()>& make_backend,
                 const std::function<Task<>(Worker&)>& program) {
  const SignalsForAll signals;
  Endings endings;
  std::vector<std::unique_ptr<Pipe>> pipes;
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < count; ++i) {
    pipes.push_back(std::make_unique<Pipe>());
    workers.push_back(std::make_unique<Worker>(i, count, pipes.back()->reading_end()));
  }
  const auto tell_all = [&pipes](int number) {
    for (const auto& pipe : pipes) pipe->write_byte(number);
  };

  std::vector<std::jthread> threads;  // joined before anything that they use goes
  try {
    for (const auto& worker : workers) {
      threads.emplace_back([&, w = worker.get()] { live(*w, make_backend, program, endings); });
    }
  } catch (...) {
    tell_all(SIGTERM);
    throw;
  }

  bool is_ending = false;
  for (unsigned ended = 0; ended < count;) {
    pollfd news[] = {{signals.fd(), POLLIN, 0}, {endings.news(), POLLIN, 0}};
    if (poll(news, 2, -1) < 0) continue;  // EINTR
    if (news[1].revents != 0) ended = endings.count();
    const int number = signals.take();
    if (number == SIGHUP) tell_all(number);
    if (number == SIGQUIT) {
      request_task_dump();  // each scheduler looks when its wait ends, and this ends it
      tell_all(number);
    }
    const bool ends_now = number == SIGTERM || number == SIGINT;
    if (!is_ending && (ends_now || endings.has_failure())) {
      is_ending = true;
      tell_all(ends_now ? number : SIGTERM);
      signals.let_go_of_endings();
    }
  }
  threads.clear();
  endings.rethrow();
}

}  // namespace rill
