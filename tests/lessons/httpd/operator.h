// For tests of the binary as its operator runs it: a folder to serve, what to type, and how to look
// at logs and metrics.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/lessons/common/child.h"
#include "tests/lessons/httpd/exposition.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/real/backend_names.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::httpd {

namespace fs = std::filesystem;
using testing::backend_names;
using testing::Child;
using testing::Finished;
using testing::run_child;
using testing::Socket;
using Arguments = std::vector<std::string>;

inline const std::string kHttpd = "lessons/httpd/httpd";

struct ServedFolder : testing::ScratchFolder {
  ServedFolder() {
    fs::create_directory(path / "root");
    std::ofstream(path / "root/index.html") << "home\n";
    std::ofstream(path / "root/large") << std::string(8 << 20, 'x');
    std::ofstream(path / "root/medium") << std::string(200'000, 'x');
  }
  std::string log() const { return (path / "access.log").string(); }
};

inline Arguments real(const ServedFolder& folder, const Arguments& more,
                      const std::string& backend = "epoll", const std::string& port = "0") {
  const std::string root = (folder.path / "root").string();
  Arguments all = {kHttpd, "--real", "--root", root, "--port", port, "--backend", backend};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The same below what a shell does first, such as "ulimit -n 64".
inline Arguments limited(const std::string& limit, const Arguments& program) {
  Arguments all = {"/bin/sh", "-c", limit + " && exec \"$0\" \"$@\""};
  all.insert(all.end(), program.begin(), program.end());
  return all;
}

/// After listening_port() of a server with --admin 0 and --quiet.
inline std::uint16_t admin_port(Child& httpd) {
  const std::string line = httpd.read_line();
  const std::string head = "admin on 127.0.0.1:";
  return line.starts_with(head) ? static_cast<std::uint16_t>(std::stoi(line.substr(head.size())))
                                : std::uint16_t{0};
}

inline Reply ask(std::uint16_t port, const std::string& target) {
  Socket client(port);
  client.send(get(target, "Connection: close\r\n"));
  const std::vector<Reply> all = replies(client.receive_all());
  return all.empty() ? Reply() : all[0];
}

inline Exposition metrics(std::uint16_t admin) {
  Exposition counts = read_exposition(ask(admin, "/metrics").body);
  CHECK(counts.fault.empty());
  return counts;
}

/// Whether its process is gone, though nobody has read what it said.
inline bool has_ended(const Child& child) {
  siginfo_t end{};
  const auto process = static_cast<id_t>(child.process());
  return waitid(P_PID, process, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid != 0;
}

/// Tries `check` until it holds, for as long as a busy machine may take.
template <class F>
bool comes_true(F check) {
  for (int i = 0; i < Child::kPatienceMs / 20; ++i) {
    if (check()) return true;
    usleep(20'000);
  }
  return false;
}

inline std::string read_file(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace rill::httpd
