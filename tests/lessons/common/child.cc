// See child.h.
#include "tests/lessons/common/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

extern char** environ;

namespace rill::testing {

Child::Child(std::vector<std::string> arguments) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const int error =
      posix_spawn(&process_, pointers[0], &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  close(err[1]);
  out_ = out[0];
  err_ = err[0];
  if (error != 0) throw std::runtime_error("cannot start " + arguments[0]);
}

Child::~Child() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  close(out_);
  close(err_);
}

bool Child::read_some() {
  pollfd pipes[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  if (poll(pipes, 2, kPatienceMs) <= 0) return false;
  bool has_read = false;
  for (const pollfd& pipe : pipes) {
    if (pipe.revents == 0) continue;
    char buffer[4096];
    const ssize_t size_bytes = read(pipe.fd, buffer, sizeof buffer);
    if (size_bytes <= 0) {
      // poll() passes over negative descriptors.
      (pipe.fd == out_ ? out_ : err_) = -1;
      close(pipe.fd);
      continue;
    }
    (pipe.fd == out_ ? finished_.out : finished_.err)
        .append(buffer, static_cast<std::size_t>(size_bytes));
    has_read = true;
  }
  return has_read || out_ >= 0 || err_ >= 0;
}

std::string Child::read_line() {
  std::size_t end = finished_.out.find('\n');
  while (end == std::string::npos && out_ >= 0 && read_some()) end = finished_.out.find('\n');
  const std::string line = finished_.out.substr(0, end);
  finished_.out.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

std::uint16_t Child::listening_port() {
  const std::string line = read_line();
  const std::string head = "listening on 127.0.0.1:";
  if (!line.starts_with(head)) return 0;
  return static_cast<std::uint16_t>(std::atoi(line.c_str() + head.size()));
}

void Child::signal(int number) { kill(process_, number); }

Finished Child::finish() {
  while (out_ >= 0 || err_ >= 0) {
    if (!read_some() && (out_ >= 0 || err_ >= 0)) {  // patience is over
      kill(process_, SIGKILL);
      break;
    }
  }
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  finished_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return finished_;
}

Socket::Socket(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{Child::kPatienceMs / 1000, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    descriptor_ = descriptor;
  } else {
    close(descriptor);
  }
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Socket::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t more =
        ::send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) return;
    sent += static_cast<std::size_t>(more);
  }
}

void Socket::end() { shutdown(descriptor_, SHUT_WR); }

std::string Socket::receive(std::size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  std::size_t received = 0;
  while (received < size_bytes) {
    const ssize_t more = recv(descriptor_, bytes.data() + received, size_bytes - received, 0);
    if (more <= 0) break;
    received += static_cast<std::size_t>(more);
  }
  bytes.resize(received);
  return bytes;
}

std::string Socket::receive_all() {
  std::string bytes;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const ssize_t more = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (more < 0) throw std::runtime_error("the stream broke, or did not end in time");
    if (more == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(more));
  }
}

}  // namespace rill::testing
