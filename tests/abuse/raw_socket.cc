// See raw_socket.h.
#include "tests/abuse/raw_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <vector>

namespace rill::abuse {
namespace {

sockaddr_in loopback(std::uint32_t last_byte, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + last_byte);
  return address;
}

void set(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof value);
}

}  // namespace

RawSocket::RawSocket(std::uint16_t port, const Options& options) {
  static std::atomic<std::uint32_t> count{0};
  const int fd =
      socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (options.is_blocking ? 0 : SOCK_NONBLOCK), 0);
  if (fd < 0) return;
  set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.receive_buffer_bytes > 0) {
    set(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
  }
  const timeval patience{kPatience.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  const sockaddr_in from = loopback(1 + count++ % 8, 0);
  const sockaddr_in to = loopback(1, port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
       errno != EINPROGRESS)) {
    ::close(fd);
    return;
  }
  fd_ = fd;
}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

bool RawSocket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawSocket::receive(std::size_t size_bytes) const {
  std::string bytes(size_bytes, '\0');
  std::size_t received = 0;
  while (received < size_bytes) {
    const ssize_t more = recv(fd_, bytes.data() + received, size_bytes - received, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) break;
    received += static_cast<std::size_t>(more);
  }
  bytes.resize(received);
  return bytes;
}

bool RawSocket::receive_to_end(std::string& bytes) const {
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    const ssize_t more = recv(fd_, buffer.data(), buffer.size(), 0);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return more == 0;
    bytes.append(buffer.data(), static_cast<std::size_t>(more));
  }
}

bool RawSocket::ends_cleanly() const {
  std::string dropped;
  return receive_to_end(dropped);
}

void RawSocket::shut_write() const { shutdown(fd_, SHUT_WR); }

void RawSocket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void RawSocket::reset() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: abuse\r\n\r\n";
}

int receive_response(const RawSocket& socket, std::string* body) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string byte = socket.receive(1);
    if (byte.empty() || head.size() > 8192) return 0;
    head += byte;
  }
  if (!head.starts_with("HTTP/1.1 ")) return 0;
  const std::string name = "\r\nContent-Length: ";
  const std::size_t at = head.find(name);
  if (at == head.npos) return 0;
  const std::size_t length = std::strtoull(head.c_str() + at + name.size(), nullptr, 10);
  std::string received = socket.receive(length);
  if (received.size() < length) return 0;
  if (body != nullptr) *body = std::move(received);
  return std::atoi(head.c_str() + 9);
}

bool echoes(std::uint16_t port, std::string_view text) {
  const RawSocket client(port);
  return client.is_open() && client.send(text) && client.receive(text.size()) == text;
}

bool serves(std::uint16_t port) {
  const RawSocket client(port);
  return client.is_open() && client.send(get("/small")) && receive_response(client) == 200;
}

}  // namespace rill::abuse
