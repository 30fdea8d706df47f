// Names to addresses without blocking the loop: c-ares, driven by the backend that owns it.
//
// An operation is answered at once from a literal or from /etc/hosts ("localhost" even when it is
// not there, RFC 6761 6.3); otherwise by the name servers and search list of /etc/resolv.conf, IPv4
// and IPv6, in the order in which to try them (c-ares sorts as RFC 6724 says). Reading those two
// small files is the only thing here that touches the disk.
//
// The Resolver opens its sockets through the backend's table of system calls and asks its host to
// watch them. It knows neither epoll nor tasks. Nothing is cached: a name server does that. A limit
// of c-ares: when the question for one family is lost and the other family has no address, the name
// is said not to exist (ENOENT), where "ask later" (EAGAIN) would be the truth.
#pragma once

#include <cstdint>
#include <string>

#include "net/posix/syscalls.h"
#include "scheduler/backend.h"

struct ares_channeldata;
struct ares_addrinfo;

namespace rill {

struct ResolverOptions {
  /// "10.0.0.1:53,[::1]:5353"; empty: those of /etc/resolv.conf.
  std::string servers;
  /// How long the first try of each server may take; later ones take longer. 0: c-ares' own (5 s,
  /// or "options timeout:" of /etc/resolv.conf).
  Duration timeout;
  /// How often each server is asked; 0: c-ares' own (4, or "options attempts:").
  int tries = 0;
};

/// What a Resolver needs of the backend it belongs to.
class ResolverHost {
 public:
  /// From now on call on_ready() when `fd` is ready as said; neither: forget it, it is about to be
  /// closed.
  virtual void watch(int fd, bool for_reading, bool for_writing) = 0;
  /// `op` is answered: 0, or -ENOENT, -EAGAIN, -ENOMEM. Called from start(), on_ready() and
  /// on_time().
  virtual void resolved(ResolveOp& op, std::int64_t result) = 0;

 protected:
  ~ResolverHost() = default;
};

class Resolver {
 public:
  Resolver(ResolverHost& host, const Syscalls& syscalls, ResolverOptions options);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();

  /// Answers `op` within this call or later.
  void start(ResolveOp& op);
  /// `op` is no longer of interest: it will not be answered, nor touched.
  void cancel(ResolveOp& op);

  void on_ready(int fd, bool readable, bool writable);
  /// Whether questions are on their way. Then on_time() is to be called after time_left().
  bool is_busy() const { return questions_ > 0; }
  Duration time_left();
  /// Repeats and gives up questions whose time has come.
  void on_time();
  /// Ends every question and closes every socket; the host hears of it.
  void stop() { close_channel(); }

 private:
  struct Question;
  struct SocketCalls;

  /// 0 or a c-ares error. Reads /etc/resolv.conf again if that has changed.
  int open_channel();
  void close_channel();
  void answer(Question& question, int status, ares_addrinfo* found);

  ResolverHost& host_;
  const Syscalls& syscalls_;
  const ResolverOptions options_;
  ares_channeldata* channel_ = nullptr;  ///< opened by the first name that is no literal
  std::int64_t configured_ns_ = 0;       ///< when resolv.conf was changed, as the channel knows it
  std::uint64_t questions_ = 0;
};

}  // namespace rill
