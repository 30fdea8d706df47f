// What is in a trace when the process that writes it dies by its own fault.
#include "scheduler/trace/last_words.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "scheduler/check.h"
#include "scheduler/trace/line.h"
#include "scheduler/trace/reader.h"
#include "scheduler/trace/writer.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

// The address sanitizer keeps these signals to itself (tests/testing/main.cc): see last_words.h.
#if !defined(__has_feature) || !__has_feature(address_sanitizer)

namespace rill::trace {
namespace {

struct Folder : testing::ScratchFolder {
  std::string file = (path / "t.jsonl").string();
};

void note(LineSink& sink, std::uint64_t n) {
  Record record;
  record.n = n;
  record.kind = Kind::note;
  record.text = "note " + std::to_string(n);
  std::string line;
  append_line(line, record);
  sink.write(record.kind, line);
}

/// In a process of its own, as one that no test looks after. What ended it.
int signal_that_ends(const std::function<void()>& body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    std::freopen("/dev/null", "w", stderr);
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
      std::signal(signal, SIG_DFL);
    }
    std::set_terminate(std::abort);
    body();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST_CASE("what a process had told when it died by its own fault is in its trace") {
  const std::pair<int, std::function<void()>> deaths[] = {
      {SIGABRT, [] { std::abort(); }},
      {SIGABRT, [] { std::terminate(); }},
      {SIGABRT, [] { RILL_CHECK(1 > 2, "one is less than two"); }},
      {SIGSEGV, [] { raise(SIGSEGV); }},
      {SIGFPE, [] { raise(SIGFPE); }},
  };
  for (const auto& [signal, die] : deaths) {
    const Folder folder;
    CHECK(signal_that_ends([&folder, die = die] {
            FileWriter writer(folder.file, Header());
            for (std::uint64_t n = 1; n <= 100; ++n) note(writer, n);
            die();
          }) == signal);
    const Log log = read_file(folder.file);
    CHECK(log.records.size() == 100);
    CHECK_FALSE(log.is_torn);
  }
}

TEST_CASE("every trace of the process is written, and those of the past are let alone") {
  const Folder folder;
  CHECK(signal_that_ends([&folder] {
          for (std::size_t i = 0; i < 3 * LastWords::kMost; ++i) {
            FileWriter past(folder.file + ".past", Header());
            note(past, 1);
          }
          FileWriter one(folder.file, Header());
          FileWriter other(folder.file + ".other", Header());
          note(one, 1);
          note(other, 1);
          std::abort();
        }) == SIGABRT);
  for (const char* const more : {"", ".other", ".past"}) {
    CHECK(read_file(folder.file + more).records.size() == 1);
  }
}

TEST_CASE("a forked child that dies does not write what is its parent's") {
  const Folder folder;
  CHECK(signal_that_ends([&folder] {
          FileWriter writer(folder.file, Header());
          note(writer, 1);
          const pid_t child = fork();
          if (child == 0) std::abort();
          int status = 0;
          waitpid(child, &status, 0);
          if (!WIFSIGNALED(status)) return;
          note(writer, 2);
          std::abort();
        }) == SIGABRT);
  CHECK(read_file(folder.file).records.size() == 2);
}

TEST_CASE("a handler that the program has is let alone") {
  const Folder folder;
  CHECK(signal_that_ends([&folder] {
          std::signal(SIGABRT, [](int) { _exit(0); });
          FileWriter writer(folder.file, Header());
          note(writer, 1);
          std::abort();
        }) == 0);
  CHECK(read_file(folder.file).records.empty());
}

}  // namespace
}  // namespace rill::trace

#endif
