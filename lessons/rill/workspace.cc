// See workspace.h.
#include "lessons/rill/workspace.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "lessons/rill/process.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using Clock = std::chrono::steady_clock;

std::filesystem::path root_of_environment() {
  const char* const root = std::getenv("RILL_ROOT");
  if (root == nullptr || !std::filesystem::exists(std::filesystem::path(root) / "WORKSPACE")) {
    throw Stop("start this by ./rill in the folder of Rill, which says where the lessons are",
               ExitCode::our_fault);
  }
  return root;
}

std::string bazel() {
  const char* const chosen = std::getenv("RILL_BAZEL");
  return chosen != nullptr && *chosen != '\0' ? chosen : "bazel";
}

/// A line on the terminal while a build takes longer than one cares to wait.
class Ticker {
 public:
  explicit Ticker(std::string what)
      : what_(std::move(what)), is_shown_(isatty(STDERR_FILENO) == 1) {}
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  ~Ticker() {
    if (has_printed_) std::fputs("\r\033[K", stderr);
  }
  void tick() {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - started_);
    if (!is_shown_ || passed.count() < 1) return;
    std::fprintf(stderr, "\r\033[K  %s  %lld s", what_.c_str(),
                 static_cast<long long>(passed.count()));
    has_printed_ = true;
  }

 private:
  std::string what_;
  bool is_shown_;
  bool has_printed_ = false;
  Clock::time_point started_ = Clock::now();
};

std::filesystem::path binary_of(const std::filesystem::path& root, const LessonFolder& lesson,
                                const std::string& target) {
  return root / "bazel-bin" / "lessons" / lesson.folder.filename() / target;
}

std::vector<std::string> command_of(const std::filesystem::path& root, const LessonFolder& lesson,
                                    const std::string& target,
                                    const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {binary_of(root, lesson, target).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

/// An exit code of a check; whatever else it ended with is our fault.
int known(int code) {
  constexpr int kLastCode = static_cast<int>(ExitCode::budget_used_up);
  return code <= kLastCode ? code : static_cast<int>(ExitCode::our_fault);
}

}  // namespace

Workspace::Workspace() : root_(root_of_environment()), catalogue_(root_) {}

Built Workspace::build(const LessonFolder& lesson, const std::string& target) const {
  Built built;
  std::filesystem::create_directories(root_ / ".rill");
  built.log = root_ / ".rill" / "build.log";
  Ticker ticker("building " + lesson.id + " " + lesson.name);
  const int code = run_process(
      {bazel(), "build", "--color=no", "--curses=no", lesson.target(target)},
      {.folder = root_, .output_file = built.log, .on_tick = [&ticker] { ticker.tick(); }});
  built.is_good = code == 0;
  if (built.is_good) return built;
  const std::string folder = "lessons/" + lesson.folder.filename().string() + "/";
  built.error = first_error(contents_of(built.log), folder);
  if (built.error.place.empty()) {
    throw Stop("the build failed, and not because of your code. What it said: " +
                   built.log.string() + "\n      see what may be missing: ./rill doctor",
               ExitCode::our_fault);
  }
  return built;
}

int Workspace::run(const LessonFolder& lesson, const std::string& target,
                   const std::vector<std::string>& arguments) const {
  return known(run_process(command_of(root_, lesson, target, arguments)));
}

std::string Workspace::output_of(const LessonFolder& lesson, const std::string& target,
                                 const std::vector<std::string>& arguments, int& exit_code) const {
  const std::filesystem::path file = root_ / ".rill" / "output.txt";
  exit_code =
      known(run_process(command_of(root_, lesson, target, arguments), {.output_file = file}));
  return contents_of(file);
}

}  // namespace rill::command
