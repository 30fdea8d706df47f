// See name_server.h.
#include "tests/real/name_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include "net/posix/socket_address.h"

namespace rill::testing {
namespace {

constexpr std::size_t kHeaderBytes = 12;

std::string two_bytes(int value) {
  return {static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
}

}  // namespace

NameServer::NameServer(std::map<std::string, Entry> table)
    : table_(std::move(table)), fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  SocketAddress at(Address::loopback_ipv4());
  ::bind(fd_, at.get(), at.size_bytes);
  thread_ = std::thread([this] { serve(); });
}

NameServer::~NameServer() {
  // An empty datagram to itself ends the thread.
  SocketAddress self;
  ::getsockname(fd_, self.get(), &self.size_bytes);
  ::sendto(fd_, "", 0, 0, self.get(), self.size_bytes);
  thread_.join();
  ::close(fd_);
}

std::string NameServer::address() const {
  SocketAddress self;
  ::getsockname(fd_, self.get(), &self.size_bytes);
  return to_string(self.address());
}

void NameServer::serve() {
  for (;;) {
    std::string question(512, '\0');
    SocketAddress from;
    const ssize_t count =
        ::recvfrom(fd_, question.data(), question.size(), 0, from.get(), &from.size_bytes);
    if (count <= 0) return;
    ++questions_;
    question.resize(static_cast<std::size_t>(count));
    const std::string reply = answer(question);
    if (!reply.empty()) {
      ::sendto(fd_, reply.data(), reply.size(), 0, from.get(), from.size_bytes);
    }
  }
}

std::string NameServer::answer(const std::string& question) const {
  // The name as length-prefixed labels, then type and class.
  std::string name;
  std::size_t at = kHeaderBytes;
  while (at < question.size() && question[at] != 0) {
    const auto length = static_cast<std::size_t>(question[at]);
    name += (name.empty() ? "" : ".") + question.substr(at + 1, length);
    at += 1 + length;
  }
  const std::size_t question_end = at + 5;
  if (question_end > question.size()) return "";
  const int type = question[at + 2];
  constexpr int kTypeA = 1;

  const auto found = table_.find(name);
  Entry entry;
  entry.error_code = 3;
  if (found != table_.end()) entry = found->second;
  if (entry.is_silent) return "";
  std::string records;
  int record_count = 0;
  for (const Address& address : entry.addresses) {
    const bool is_ipv4 = address.family == Address::Family::ipv4;
    if (is_ipv4 != (type == kTypeA)) continue;
    const std::size_t size_bytes = is_ipv4 ? 4 : 16;
    records += two_bytes(0xC00C) + two_bytes(type) + two_bytes(1);  // the question's name, IN
    records += two_bytes(0) + two_bytes(60);                        // seconds to live
    records += two_bytes(static_cast<int>(size_bytes));
    records.append(reinterpret_cast<const char*>(address.bytes.data()), size_bytes);
    ++record_count;
  }
  constexpr int kAnswerWithRecursion = 0x8180;
  return question.substr(0, 2) + two_bytes(kAnswerWithRecursion | entry.error_code) + two_bytes(1) +
         two_bytes(record_count) + two_bytes(0) + two_bytes(0) +
         question.substr(kHeaderBytes, question_end - kHeaderBytes) + records;
}

}  // namespace rill::testing
