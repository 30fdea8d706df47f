// See victim.h. Figures: proc(5), clock_getcpuclockid(3).
#include "tests/abuse/victim.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "tests/real/backend_names.h"

namespace rill::abuse {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> command(const std::string& program, const std::string& backend,
                                 const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {program,  "--real", "--quiet",
                                  "--port", "0",      "--backend=" + backend};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

/// What a file of /proc says behind `name`, in KiB there.
double mebibytes_of(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  double kib = 0;
  for (std::string word; file >> word;) {
    if (word != name) continue;
    file >> kib;
    break;
  }
  return kib / 1024;
}

}  // namespace

const std::vector<std::string>& backends() {
  raise_descriptor_limit();
  return testing::backend_names();
}

Victim::Victim(const std::string& program, const std::string& backend,
               const std::vector<std::string>& arguments)
    : child_(std::make_unique<testing::Child>(command(program, backend, arguments))),
      port_(child_->listening_port()) {
  if (port_ == 0) throw std::runtime_error(program + " does not listen: " + child_->finish().err);
}

Cost Victim::cost() const {
  const std::string folder = "/proc/" + std::to_string(child_->process());
  Cost cost;
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(child_->process(), &clock) == 0 && clock_gettime(clock, &used) == 0) {
    cost.cpu_seconds = static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
  }
  // VmRSS, beside VmData, may be off by some hundred pages.
  cost.memory_mib = mebibytes_of(folder + "/smaps_rollup", "Rss:");
  cost.asked_mib = mebibytes_of(folder + "/status", "VmData:");
  std::error_code gone;
  for (auto entry = fs::directory_iterator(folder + "/fd", gone);
       !gone && entry != fs::directory_iterator(); entry.increment(gone)) {
    ++cost.descriptors;
  }
  return cost;
}

double Victim::cpu_percent(const Cost& before, Clock::time_point then) const {
  const double used_seconds = cost().cpu_seconds - before.cpu_seconds;
  return 100 * used_seconds / seconds_since(then);
}

void Victim::limit_descriptors(std::size_t most) {
  rlimit limit{};
  if (prlimit(child_->process(), RLIMIT_NOFILE, nullptr, &limit) != 0) {
    throw std::runtime_error("prlimit");
  }
  limit.rlim_cur = most;
  if (prlimit(child_->process(), RLIMIT_NOFILE, &limit, nullptr) != 0) {
    throw std::runtime_error("prlimit");
  }
}

bool Victim::wait_for_descriptors(std::size_t most, Clock::duration patience) const {
  const auto end = Clock::now() + patience;
  while (cost().descriptors > most) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

bool Victim::wait_until_idle() const {
  const auto end = Clock::now() + kPatience;
  while (Clock::now() < end) {
    const Cost before = cost();
    const auto then = Clock::now();
    std::this_thread::sleep_for(milliseconds(200));
    if (cpu_percent(before, then) < 2) return true;
  }
  return false;
}

std::string Victim::stop() {
  child_->signal(SIGTERM);
  const testing::Finished end = child_->finish();
  if (end.exit_code == 0 && end.err.empty()) return "";
  return "exit code " + std::to_string(end.exit_code) + ", said: " + end.err;
}

SiteFolder::SiteFolder() { add("small", 100); }

void SiteFolder::add(const std::string& name, std::size_t size_bytes) {
  std::ofstream file(path / name, std::ios::binary);
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  for (std::size_t at = 0; at < size_bytes; at += kPiece) {
    file << pattern(at, std::min(kPiece, size_bytes - at));
  }
  if (!file.flush()) throw std::runtime_error("no room for " + name + " in " + path.string());
  // Not of this second: its tag would be weak, which is two bytes more, and strong later on.
  fs::last_write_time(path / name, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

std::string pattern(std::size_t offset, std::size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  for (std::size_t i = 0; i < size_bytes; ++i) {
    // A byte of a mixed block number; blocks of 8, so that neighbours differ too.
    std::uint64_t block = (offset + i) / 8 * 0x9e3779b97f4a7c15u;
    block ^= block >> 29;
    bytes[i] = static_cast<char>(block >> (offset + i) % 8 * 8);
  }
  return bytes;
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 1 << 20);
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::size_t many(std::size_t in_ci, std::size_t in_full) {
  const std::size_t wanted = at_scale(kIsSanitized ? in_ci / 5 : in_ci, in_full);
  // A client may cost the server a file besides; and some are the test's own.
  return std::min(wanted, (raise_descriptor_limit() - 200) * 2 / 3);
}

}  // namespace rill::abuse
