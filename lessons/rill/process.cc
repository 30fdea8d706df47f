// See process.h.
#include "lessons/rill/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

namespace rill::command {
namespace {

constexpr int kNotStarted = 127;  // as in a shell
constexpr int kSignalBase = 128;

[[noreturn]] void become(const std::vector<std::string>& words, const ProcessOptions& options) {
  if (!options.folder.empty() && chdir(options.folder.c_str()) != 0) _exit(kNotStarted);
  if (!options.output_file.empty()) {
    const int file =
        open(options.output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (file < 0 || nothing < 0) _exit(kNotStarted);
    dup2(nothing, STDIN_FILENO);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
  }
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(kNotStarted);
}

int wait_for(pid_t child, const std::function<void()>& on_tick) {
  int status = 0;
  for (;;) {
    const pid_t ended = waitpid(child, &status, on_tick ? WNOHANG : 0);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return kNotStarted;
    if (!on_tick) continue;
    const timespec tick = {0, 100'000'000};
    nanosleep(&tick, nullptr);
    on_tick();
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
}

}  // namespace

int run_process(const std::vector<std::string>& words, const ProcessOptions& options) {
  std::fflush(nullptr);  // or the child would print it again
  const pid_t child = fork();
  if (child < 0) return kNotStarted;
  if (child == 0) become(words, options);
  return wait_for(child, options.on_tick);
}

std::string contents_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace rill::command
