// See programs.h.
#include "tests/service/programs.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/real/backend_names.h"

namespace rill::testing {

namespace fs = std::filesystem;

std::vector<std::string> Crew::run(const std::string& program,
                                   const std::vector<std::string>& flags,
                                   std::uint16_t port) const {
  std::vector<std::string> command = {program,     "--real", "--port",    std::to_string(port),
                                      "--backend", backend,  "--workers", workers};
  command.insert(command.end(), flags.begin(), flags.end());
  return command;
}

std::vector<Crew> crews() {
  std::vector<Crew> all;
  for (const std::string& backend : backend_names()) {
    for (const char* workers : {"1", "2"}) all.push_back({backend, workers});
  }
  return all;
}

LargeSite::LargeSite() {
  large_.resize(kLargeBytes);
  std::uint64_t state = 1;
  for (std::size_t i = 0; i < kLargeBytes; i += sizeof state) {
    state = state * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX generator
    large_.replace(i, sizeof state, reinterpret_cast<const char*>(&state), sizeof state);
  }
  std::ofstream(folder_.path / "large", std::ios::binary) << large_;
  std::ofstream(folder_.path / "small") << "small\n";
}

const LargeSite& LargeSite::shared() {
  static const LargeSite site;
  return site;
}

NotifyListener::NotifyListener()
    : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  static int number = 0;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = "rill-test-" + std::to_string(getpid()) + "-" + std::to_string(++number);
  text.copy(address.sun_path + 1, text.size());
  const auto size_bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size_bytes) != 0) {
    throw std::runtime_error("cannot listen on an abstract socket");
  }
  name_ = "@" + text;
}

NotifyListener::~NotifyListener() { close(fd_); }

std::string NotifyListener::heard(int patience_ms) const {
  pollfd news{fd_, POLLIN, 0};
  if (poll(&news, 1, patience_ms) <= 0) return "";
  char text[1024];
  const ssize_t size_bytes = recv(fd_, text, sizeof text, 0);
  return size_bytes > 0 ? std::string(text, static_cast<std::size_t>(size_bytes)) : "";
}

SocketUnit::SocketUnit(bool listens) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {  // for children too
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      (listens && listen(fd_, 64) != 0)) {
    throw std::runtime_error("cannot listen on loopback");
  }
}

SocketUnit::~SocketUnit() { close(fd_); }

std::uint16_t SocketUnit::port() const {
  sockaddr_in address{};
  socklen_t size_bytes = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size_bytes);
  return ntohs(address.sin_port);
}

std::vector<std::string> SocketUnit::pass_to(std::vector<std::string> command, int sockets) const {
  // Only the process itself knows its number, and exec keeps it.
  std::string script;
  const std::string from = std::to_string(fd_);
  for (int i = sockets - 1; i >= 0; --i)
    script += "exec " + std::to_string(3 + i) + "<&" + from + "; ";
  script += "export LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(sockets) + "; exec \"$@\"";
  command.insert(command.begin(), {"/bin/bash", "-c", script, "bash"});
  return command;
}

std::vector<std::string> with_environment(std::vector<std::string> variables,
                                          const std::vector<std::string>& command) {
  variables.insert(variables.begin(), "/usr/bin/env");
  variables.insert(variables.end(), command.begin(), command.end());
  return variables;
}

std::string get_request(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: server\r\n\r\n";
}

std::string receive_head(Socket& socket) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string byte = socket.receive(1);
    if (byte.empty()) break;
    head += byte;
  }
  return head;
}

bool becomes_refused(std::uint16_t port) {
  for (int waited_ms = 0; waited_ms < Child::kPatienceMs; waited_ms += 10) {
    if (!Socket(port).is_connected()) return true;
    usleep(10'000);
  }
  return false;
}

}  // namespace rill::testing
