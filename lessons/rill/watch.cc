// watch: checks an answer each time it is saved, and never moves on by itself. See learner.h.
//
// Saves are seen by inotify(7), and on every file system by looking at the file twice a second:
// mounted and network folders do not always tell, and some kernels have no inotify to spare. Keys
// are read one by one from the terminal.
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>

#include "lessons/rill/last_check.h"
#include "lessons/rill/learner.h"
#include "lessons/rill/process.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using lesson::Tint;
using Clock = std::chrono::steady_clock;

constexpr int kPollMilliseconds = 500;
/// Editors write a file in several steps.
constexpr int kSettleMilliseconds = 50;
/// No keys of a keyboard: the lesson was opened, the file was saved.
constexpr char kOpened = '\1';
constexpr char kSaved = '\2';

/// The terminal gives keys at once, without showing them; as it was when this ends, also by Ctrl-C.
class SingleKeys {
 public:
  SingleKeys() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    is_set_ = tcsetattr(STDIN_FILENO, TCSANOW, &now) == 0;
    if (!is_set_) return;
    for (const int signal : kEnding) std::signal(signal, restore_and_die);
  }
  SingleKeys(const SingleKeys&) = delete;
  SingleKeys& operator=(const SingleKeys&) = delete;
  ~SingleKeys() {
    if (!is_set_) return;
    for (const int signal : kEnding) std::signal(signal, SIG_DFL);
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

 private:
  static constexpr std::array<int, 3> kEnding = {SIGINT, SIGTERM, SIGHUP};

  static void restore_and_die(int signal) {  // what it calls is safe in a handler
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }

  static inline termios before_{};
  bool is_set_ = false;
};

/// What tells one save of a file from the next. Not its time alone, since some file systems count
/// whole seconds: the text is small enough to be read at each look.
struct Save {
  ino_t inode = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  std::string text;

  bool operator==(const Save&) const = default;
};

Save last_save_of(const std::filesystem::path& file) {
  struct stat info{};
  if (stat(file.c_str(), &info) != 0) return {};
  return {info.st_ino, info.st_mtim.tv_sec, info.st_mtim.tv_nsec, contents_of(file)};
}

class Saves {
 public:
  Saves(const LessonFolder& lesson, bool polls_only)
      : file_(lesson.answer()), seen_(last_save_of(file_)) {
    if (polls_only) return;
    notify_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    // The folder, not the file: editors rename a new one over it.
    if (notify_ >= 0 && inotify_add_watch(notify_, lesson.folder.c_str(),
                                          IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE) < 0) {
      close(notify_);
      notify_ = -1;
    }
  }
  Saves(const Saves&) = delete;
  Saves& operator=(const Saves&) = delete;
  ~Saves() {
    if (notify_ >= 0) close(notify_);
  }

  bool has_notify() const { return notify_ >= 0; }
  /// Waits for a save or a key: true for a save, false for a key or if neither came.
  bool wait(bool& has_key) {
    std::array<pollfd, 2> look = {{{STDIN_FILENO, POLLIN, 0}, {notify_, POLLIN, 0}}};
    poll(look.data(), notify_ >= 0 ? 2 : 1, kPollMilliseconds);
    has_key = (look[0].revents & (POLLIN | POLLHUP)) != 0;
    if (notify_ >= 0 && (look[1].revents & POLLIN) != 0) drain();
    if (last_save_of(file_) == seen_) return false;
    usleep(kSettleMilliseconds * 1'000);
    seen_ = last_save_of(file_);
    return true;
  }

 private:
  void drain() const {
    std::array<char, 4096> events;
    while (read(notify_, events.data(), events.size()) > 0) {
    }
  }

  std::filesystem::path file_;
  Save seen_;
  int notify_ = -1;
};

std::string time_of_day() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 16> text;
  std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  return text.data();
}

void show_keys(const Desk& desk, const LessonFolder& lesson, bool has_notify) {
  std::printf("\n  %s %s (%s)\n  %s\n", desk.style(Tint::strong, "watching").c_str(),
              ("lessons/" + lesson.folder.filename().string()).c_str(),
              has_notify ? "inotify, and a look every 500 ms" : "a look every 500 ms",
              "r check again   h hint   v visualise   l list   n next lesson   x reset   q quit");
  std::fflush(stdout);
}

/// The failure of the last check or, if there was none, the answer as a program.
void show_run(Desk& desk, const LessonFolder& lesson) {
  const auto last = read_last_check(desk.workspace.last_check_path(lesson));
  Sight sight;
  sight.what = last && !last->token.empty() ? last->token : lesson.id;
  visualise(desk, sight);
}

void check_once(Desk& desk, const LessonFolder& lesson, const char* why) {
  const auto started = Clock::now();
  std::printf("\n  %s %s\n", desk.style(Tint::faint, time_of_day()).c_str(), why);
  check(desk, lesson.id, {});
  const std::chrono::duration<double> taken = Clock::now() - started;
  std::array<char, 32> seconds;
  std::snprintf(seconds.data(), seconds.size(), "%.1f", taken.count());
  std::printf("  %s\n",
              desk.style(Tint::faint, "built and checked in " + std::string(seconds.data()) + " s")
                  .c_str());
}

/// Does what `key` says, at this lesson. What goes wrong is told, and watching goes on.
void act(Desk& desk, const LessonFolder& lesson, char key) try {
  switch (key) {
    case kOpened:
      check_once(desk, lesson, "now");
      break;
    case kSaved:
      check_once(desk, lesson, "saved");
      break;
    case 'r':
      check_once(desk, lesson, "again");
      break;
    case 'h':
      hint(desk, lesson.id);
      break;
    case 'v':
      show_run(desk, lesson);
      break;
    case 'l':
      list(desk, "", false);
      break;
    case 'x':
      reset(desk, lesson.id, false);
      break;
    default:
      break;
  }
} catch (const Stop& stop) {
  std::printf("\n  rill: %s\n", stop.what());
}

/// Where the key n leads; nowhere, and why is said.
const LessonFolder* lesson_after(const Desk& desk, const LessonFolder& lesson) {
  const LessonFolder* const next = desk.next();
  if (next != nullptr && next != &lesson) return next;
  std::printf("  %s\n",
              next == nullptr ? "all lessons are done" : (lesson.id + " is not done yet").c_str());
  return nullptr;
}

/// Until a key ends it: the lesson to go on with, or null.
const LessonFolder* watch_one(Desk& desk, const LessonFolder& lesson, bool polls_only) {
  Saves saves(lesson, polls_only);
  introduce(desk, lesson);
  act(desk, lesson, kOpened);
  for (;;) {
    show_keys(desk, lesson, saves.has_notify());
    bool has_key = false;
    bool is_saved = false;
    while (!is_saved && !has_key) is_saved = saves.wait(has_key);
    if (is_saved) act(desk, lesson, kSaved);
    if (!has_key) continue;
    char key = 'q';
    if (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q') return nullptr;
    if (key != 'n') {
      act(desk, lesson, key);
    } else if (const LessonFolder* const next = lesson_after(desk, lesson)) {
      return next;
    }
  }
}

}  // namespace

int watch(Desk& desk, const std::string& word, bool polls_only) {
  if (isatty(STDIN_FILENO) != 1) {
    throw Stop("watch wants a terminal; without one: ./rill check", ExitCode::does_not_compile);
  }
  const SingleKeys keys;
  desk.has_keys = true;
  const LessonFolder* lesson = &desk.lesson(word);
  while (lesson != nullptr) lesson = watch_one(desk, *lesson, polls_only);
  return 0;
}

}  // namespace rill::command
