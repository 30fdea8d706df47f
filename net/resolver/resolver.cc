// See resolver.h. Checked against c-ares 1.18.1 (Debian 12) and written to its documented API only.
#include "net/resolver/resolver.h"

#include <ares.h>
#include <netdb.h>
#include <sys/stat.h>

#include <cerrno>

#include "net/posix/socket_address.h"

namespace rill {

/// One getaddrinfo of c-ares. It cannot be taken back singly, so a cancelled one goes on with
/// nobody to answer.
struct Resolver::Question {
  Resolver* resolver;
  ResolveOp* op;
};

/// c-ares' socket calls, through our table: faults can be injected, and a name server that resets a
/// TCP connection cannot raise SIGPIPE.
struct Resolver::SocketCalls {
  static const Syscalls& of(void* resolver) { return static_cast<Resolver*>(resolver)->syscalls_; }

  static ares_socket_t open(int family, int type, int protocol, void* resolver) {
    return of(resolver).socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  }
  static int close(ares_socket_t fd, void* resolver) { return of(resolver).close(fd); }
  static int connect(ares_socket_t fd, const sockaddr* to, ares_socklen_t size, void* resolver) {
    return of(resolver).connect(fd, to, size);
  }
  static ares_ssize_t receive(ares_socket_t fd, void* data, std::size_t size_bytes, int flags,
                              sockaddr* from, ares_socklen_t* from_bytes, void* resolver) {
    return of(resolver).recvfrom(fd, data, size_bytes, flags, from, from_bytes);
  }
  static ares_ssize_t send(ares_socket_t fd, const iovec* parts, int count, void* resolver) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts);
    message.msg_iovlen = static_cast<std::size_t>(count);
    return of(resolver).sendmsg(fd, &message, MSG_NOSIGNAL);
  }
  static constexpr ares_socket_functions kTable = {open, close, connect, receive, send};
};

namespace {

constexpr char kConfiguration[] = "/etc/resolv.conf";

/// When /etc/resolv.conf was changed last; 0 if there is none.
std::int64_t configuration_changed_ns() {
  struct stat file{};
  if (::stat(kConfiguration, &file) != 0) return 0;
  return std::int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec;
}

std::int64_t to_result(int status) {
  switch (status) {
    case ARES_SUCCESS:
      return 0;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:  // the name exists, but has no address
    case ARES_ENONAME:
    case ARES_EBADNAME:
      return -ENOENT;
    case ARES_ENOMEM:
      return -ENOMEM;
    default:  // no answer, refused, nonsense, no socket to ask with: later it may be better
      return -EAGAIN;
  }
}

}  // namespace

Resolver::Resolver(ResolverHost& host, const Syscalls& syscalls, ResolverOptions options)
    : host_(host), syscalls_(syscalls), options_(std::move(options)) {}

Resolver::~Resolver() { close_channel(); }

void Resolver::close_channel() {
  if (channel_ != nullptr) ares_destroy(channel_);  // ends each question with ARES_EDESTRUCTION
  channel_ = nullptr;
}

int Resolver::open_channel() {
  const std::int64_t changed_ns = configuration_changed_ns();
  if (channel_ != nullptr && (questions_ > 0 || changed_ns == configured_ns_)) return ARES_SUCCESS;
  close_channel();
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) return library;
  ares_options wanted{};
  wanted.sock_state_cb = [](void* self, ares_socket_t fd, int for_reading, int for_writing) {
    static_cast<Resolver*>(self)->host_.watch(fd, for_reading != 0, for_writing != 0);
  };
  wanted.sock_state_cb_data = this;
  int mask = ARES_OPT_SOCK_STATE_CB;
  if (options_.timeout.ns > 0) {
    wanted.timeout = static_cast<int>((options_.timeout.ns + 999'999) / 1'000'000);
    mask |= ARES_OPT_TIMEOUTMS;
  }
  if (options_.tries > 0) {
    wanted.tries = options_.tries;
    mask |= ARES_OPT_TRIES;
  }
  int status = ares_init_options(&channel_, &wanted, mask);
  if (status != ARES_SUCCESS) {
    channel_ = nullptr;
    return status;
  }
  configured_ns_ = changed_ns;
  ares_set_socket_functions(channel_, &SocketCalls::kTable, this);
  if (!options_.servers.empty()) {
    status = ares_set_servers_ports_csv(channel_, options_.servers.c_str());
    if (status != ARES_SUCCESS) close_channel();
  }
  return status;
}

void Resolver::start(ResolveOp& op) {
  if (const auto literal = Address::parse(op.name, op.port)) {
    op.addresses.assign(1, *literal);
    return host_.resolved(op, 0);
  }
  // A name that C cannot see the end of, or that DNS cannot hold (RFC 1035 2.3.4), has no address.
  constexpr std::size_t kLongestNameBytes = 255;
  if (op.name.empty() || op.name.size() > kLongestNameBytes || op.name.find('\0') != op.name.npos) {
    return host_.resolved(op, -ENOENT);
  }
  if (const int status = open_channel(); status != ARES_SUCCESS) {
    return host_.resolved(op, to_result(status));
  }
  auto* question = new Question{this, &op};
  op.backend_word = reinterpret_cast<std::uintptr_t>(question);
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ++questions_;
  const auto on_answer = [](void* context, int status, int /*timeouts*/, ares_addrinfo* found) {
    auto* answered = static_cast<Question*>(context);
    answered->resolver->answer(*answered, status, found);
  };
  ares_getaddrinfo(channel_, op.name.c_str(), nullptr, &hints, on_answer, question);
}

void Resolver::answer(Question& question, int status, ares_addrinfo* found) {
  --questions_;
  ResolveOp* const op = question.op;
  delete &question;
  if (op != nullptr) {
    std::int64_t result = to_result(status);
    if (found != nullptr) {
      for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
        Address address = address_of(node->ai_addr, node->ai_addrlen);
        if (address.family == Address::Family::none) continue;
        address.port = op->port;
        op->addresses.push_back(address);
      }
    }
    if (result == 0 && op->addresses.empty()) result = -ENOENT;
    host_.resolved(*op, result);
  }
  if (found != nullptr) ares_freeaddrinfo(found);
}

void Resolver::cancel(ResolveOp& op) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the word is ours, for just this
  reinterpret_cast<Question*>(static_cast<std::uintptr_t>(op.backend_word))->op = nullptr;
}

void Resolver::on_ready(int fd, bool readable, bool writable) {
  ares_process_fd(channel_, readable ? fd : ARES_SOCKET_BAD, writable ? fd : ARES_SOCKET_BAD);
}

Duration Resolver::time_left() {
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) return Duration(0);
  return seconds(left.tv_sec) + microseconds(left.tv_usec);
}

void Resolver::on_time() { ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD); }

}  // namespace rill
