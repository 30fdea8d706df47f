// A process and a socket of the operating system, for tests of the binary: as little as needs be,
// blocking, with a time limit, and independent of the code under test.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace rill::httpd {

/// A process whose output can be read; killed at the end if it still runs.
class Process {
 public:
  Process(const char* binary, const std::vector<std::string>& arguments) {
    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], 1);
      dup2(out[1], 2);
      std::vector<char*> argv = {const_cast<char*>(binary)};
      for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      execv(binary, argv.data());
      _exit(127);
    }
    close(out[1]);
    out_ = out[0];
  }
  ~Process() {
    if (pid_ > 0) kill(pid_, SIGKILL), wait();
    close(out_);
  }

  std::string read_line() {
    std::string line;
    char c = 0;
    while (read(out_, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  std::string read_rest() {
    std::string text;
    char bytes[4096];
    for (ssize_t count; (count = read(out_, bytes, sizeof bytes)) > 0;)
      text.append(bytes, static_cast<std::size_t>(count));
    return text;
  }
  void signal(int number) { kill(pid_, number); }
  /// The exit code, or 1000 and the signal.
  int wait() {
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

class Socket {
 public:
  explicit Socket(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Socket() { close(fd_); }
  bool is_connected() const { return is_connected_; }
  void send(const std::string& bytes) {
    if (write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error("short write");
  }
  void end() { shutdown(fd_, SHUT_WR); }
  std::string read_some(std::size_t most) {
    std::string bytes(most, '\0');
    const ssize_t count = read(fd_, bytes.data(), most);
    if (count < 0) throw std::runtime_error("read failed or took too long");
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
  }
  std::string read_to_end() {
    std::string all;
    for (;;) {
      const std::string piece = read_some(1 << 16);
      if (piece.empty()) return all;
      all += piece;
    }
  }

 private:
  int fd_;
  bool is_connected_ = false;
};

}  // namespace rill::httpd
