// See caller.h. Stacks are walked here; lines are the business of addr2line, which comes with the
// compiler and is started once in the life of a failing run.
#include "simnet/guard/caller.h"

#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

extern char** environ;

namespace rill::simnet::guard {
namespace {

constexpr int kMostFrames = 64;
constexpr const char* kThisProcess = "/proc/self/exe";

/// Where the executable lies in memory.
struct Executable {
  std::uintptr_t base = 0;
  std::uintptr_t begin = ~std::uintptr_t{0};
  std::uintptr_t end = 0;

  bool contains(const void* address) const {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    return at >= begin && at < end;
  }
};

int note_executable(dl_phdr_info* info, std::size_t, void* result) {
  auto& executable = *static_cast<Executable*>(result);
  executable.base = info->dlpi_addr;
  for (const auto& segment : std::span(info->dlpi_phdr, info->dlpi_phnum)) {
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
    executable.begin = std::min(executable.begin, begin);
    executable.end = std::max(executable.end, begin + segment.p_memsz);
  }
  return 1;  // the executable is always the first (dl_iterate_phdr(3)); no more
}

std::string hex(std::uintptr_t number) {
  std::array<char, 24> text;
  std::snprintf(text.data(), text.size(), "%#llx", static_cast<unsigned long long>(number));
  return text.data();
}

/// The calls in the executable as addr2line wants them: within the call, so one byte before where
/// it returns to.
std::vector<std::string> offsets_of(std::span<void* const> stack) {
  Executable executable;
  dl_iterate_phdr(note_executable, &executable);
  std::vector<std::string> offsets;
  for (void* const frame : stack) {
    if (!executable.contains(frame)) continue;
    offsets.push_back(hex(reinterpret_cast<std::uintptr_t>(frame) - executable.base - 1));
  }
  return offsets;
}

/// From the call that returns to `from` outwards.
std::vector<std::string> offsets_of_calls(const void* from) {
  std::array<void*, kMostFrames> frames;
  const int found = backtrace(frames.data(), kMostFrames);
  const std::span<void* const> stack(frames.data(), static_cast<std::size_t>(found));
  const auto first = std::ranges::find(stack, from);
  return offsets_of(stack.subspan(static_cast<std::size_t>(first - stack.begin())));
}

std::string output_of(std::vector<std::string> words) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return "";
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = -1;
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string output;
  std::array<char, 4096> part;
  for (ssize_t size_bytes = 0; (size_bytes = read(ends[0], part.data(), part.size())) > 0;) {
    output.append(part.data(), static_cast<std::size_t>(size_bytes));
  }
  close(ends[0]);
  if (error == 0) waitpid(child, nullptr, 0);
  return output;
}

std::string path_of_executable() {
  std::array<char, 4096> path;
  const ssize_t size_bytes = readlink(kThisProcess, path.data(), path.size());
  return {path.data(), size_bytes > 0 ? static_cast<std::size_t>(size_bytes) : 0};
}

/// What LLVM's or else binutils' addr2line says: the former sees more of inlined calls.
std::string lines_of(const std::string& executable, const std::vector<std::string>& offsets) {
  std::vector<std::string> command = {"", "-f", "-i", "-C", "-e", executable};
  command.insert(command.end(), offsets.begin(), offsets.end());
  for (const char* const program : {"llvm-addr2line-19", "llvm-addr2line", "addr2line"}) {
    command[0] = program;
    std::string output = output_of(command);
    if (!output.empty()) return output;
  }
  return "";
}

/// Whether it is a function of the standard library, which calls on behalf of whoever called it.
bool is_of_std(std::string_view function) {
  return function.substr(0, function.find_first_of("(<")).find("std::") != function.npos;
}

/// As the build named it: Bazel compiles in /proc/self/cwd.
std::string_view relative(std::string_view file) {
  for (const std::string_view folder : {"/proc/self/cwd/", "./"}) {
    if (file.starts_with(folder)) file.remove_prefix(folder.size());
  }
  return file;
}

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

bool is_known(std::string_view place) {
  return !place.starts_with('?') && !place.starts_with("/usr/");
}

}  // namespace

std::vector<std::string> places_of(std::span<void* const> stack) {
  const std::string found = lines_of(path_of_executable(), offsets_of(stack));
  std::vector<std::string> places;
  for (std::string_view left = found; !left.empty();) {
    take_line(left);
    const std::string_view place = relative(take_line(left));
    if (is_known(place)) places.emplace_back(place.substr(0, place.find(' ')));
  }
  return places;
}

std::string source_of(const void* from) {
  const std::vector<std::string> offsets = offsets_of_calls(from);
  if (offsets.empty()) return "an unknown place";
  const std::string executable = path_of_executable();
  const std::string found = lines_of(executable, offsets);
  for (std::string_view left = found; !left.empty();) {  // pairs: a function, its FILE:LINE
    const std::string function(take_line(left));
    const std::string_view place = relative(take_line(left));
    if (is_known(place)) return std::string(place.substr(0, place.find(' ')));
    if (function.starts_with('?') || is_of_std(function)) continue;
    return function + " in " + executable.substr(executable.rfind('/') + 1) + "+" + offsets[0];
  }
  return executable + "+" + offsets[0];
}

}  // namespace rill::simnet::guard
