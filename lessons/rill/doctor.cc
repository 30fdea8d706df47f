// doctor: what this machine has, and what to do about the rest. See learner.h.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>

#include "lessons/rill/learner.h"
#include "lessons/rill/process.h"
#include "lessons/rill/stop.h"

namespace rill::command {
namespace {

using lesson::Tint;

bool starts(const std::vector<std::string>& words) {
  return run_process(words, {.output_file = "/dev/null"}) == 0;
}

bool has_loopback() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_good =
      fd >= 0 && bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) close(fd);
  return is_good;
}

struct Finding {
  bool is_good;
  bool is_needed;
  const char* what;
  const char* remedy;
};

}  // namespace

int doctor(const Desk& desk) {
  const std::filesystem::path probe = desk.workspace.root() / ".rill-probe";
  std::FILE* const file = std::fopen(probe.c_str(), "w");
  if (file != nullptr) std::fclose(file);
  const Finding findings[] = {
      {starts({"clang-19", "--version"}), true, "clang 19, the compiler", "./rill setup"},
      {starts({"bazel", "--version"}) || starts({"bazelisk", "--version"}), true,
       "bazel, which builds", "./rill setup"},
      {starts({"addr2line", "--version"}), false, "addr2line, which finds the line of a crash",
       "apt-get install binutils"},
      {starts({"diff", "--version"}), true, "diff", "apt-get install diffutils"},
      {has_loopback(), true, "sockets on loopback, for --real", "look at: ip address show lo"},
      {file != nullptr, true, "room to write in this folder", "df . and ls -ld ."},
      {starts({"clang-format-19", "--version"}), false, "clang-format 19, for contributors",
       "./rill setup --dev"},
      {starts({"tshark", "--version"}), false, "tshark, to look at packets",
       "apt-get install tshark"},
  };
  if (file != nullptr) std::filesystem::remove(probe);
  bool is_well = true;
  std::printf("\n");
  for (const Finding& finding : findings) {
    const char* const mark = finding.is_good ? "✓" : finding.is_needed ? "✗" : "–";
    const Tint tint = finding.is_good ? Tint::good : finding.is_needed ? Tint::bad : Tint::faint;
    std::printf("  %s %s%s%s\n", desk.style(tint, mark).c_str(), finding.what,
                finding.is_good     ? ""
                : finding.is_needed ? ": missing; try: "
                                    : ": not found (optional): ",
                finding.is_good ? "" : finding.remedy);
    is_well = is_well && (finding.is_good || !finding.is_needed);
  }
  std::printf("\n  next: %s\n\n",
              desk.style(Tint::good, is_well ? "./rill next" : "./rill setup").c_str());
  return is_well ? 0 : static_cast<int>(ExitCode::our_fault);
}

}  // namespace rill::command
