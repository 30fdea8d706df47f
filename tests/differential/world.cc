// What happens in every world alike. See world.h.
#include "tests/differential/world.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <tuple>

#include "scheduler/fingerprint.h"

namespace rill::differential {
namespace {

constexpr int kChunk = 64 << 10;             // the most bytes of one call
constexpr std::int64_t kEndless = 64 << 20;  // bytes; no buffer takes so many

/// Bytes that differ at every position, for ever again after a mebibyte; each direction starts at
/// another place, so that a stray byte of another stream shows too.
std::span<const std::byte> pattern(int direction, std::int64_t at, int size) {
  static constexpr std::size_t kPeriod = 1 << 20;
  static const std::vector<std::byte> bytes = [] {
    std::vector<std::byte> all(kPeriod + kChunk);
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = static_cast<std::byte>(scatter(i % kPeriod / 8) >> (i % 8 * 8));
    }
    return all;
  }();
  const auto start = static_cast<std::size_t>(at) + static_cast<std::size_t>(direction) * 40'009;
  return {bytes.data() + start % kPeriod, static_cast<std::size_t>(size)};
}

}  // namespace

std::vector<Reply> World::perform(const Step& step) {
  std::vector<Reply> replies;
  const int on = step.on;
  switch (step.kind) {
    case Kind::listen:
    case Kind::listen_busy:
    case Kind::listen_again:
    case Kind::listen_foreign:
      replies.push_back(
          {.call = Call::listen, .on = on, .result = listen(on, step.kind, step.size)});
      break;
    case Kind::connect:
      start_connect(client_of(step.connection), on);
      begin(Call::connect, client_of(step.connection), 0);
      break;
    case Kind::connect_nobody:
      start_connect(client_of(step.connection), kNobody);
      begin(Call::connect, client_of(step.connection), 0);
      break;
    case Kind::connect_bare:
      take_away_descriptors();
      start_connect(client_of(step.connection), on);
      give_back_descriptors();
      begin(Call::connect, client_of(step.connection), 0);
      break;
    case Kind::accept:
      replies.push_back(accepted(on, accept(on)));
      break;
    case Kind::accept_bare: {
      take_away_descriptors();
      const std::int64_t result = accept(on);
      give_back_descriptors();
      replies.push_back(accepted(on, result));
      break;
    }
    case Kind::send:
      replies.push_back(sent(on, send(on, outgoing(on, step.size))));
      break;
    case Kind::fill:
      replies.push_back(fill(on));
      break;
    case Kind::recv:
      replies.push_back(received(on, recv(on, incoming(on, step.size))));
      break;
    case Kind::drain:
      drain(on, replies);
      break;
    case Kind::start_accept:
      start_accept(on);
      begin(Call::accept, on, 0);
      break;
    case Kind::start_send:
      start_send(on, outgoing(on, step.size));
      begin(Call::send, on, step.size);
      break;
    case Kind::start_recv:
      start_recv(on, incoming(on, step.size));
      begin(Call::recv, on, step.size);
      break;
    case Kind::cancel:
      replies.push_back(cancel_one(on));
      break;
    case Kind::shutdown_write:
      replies.push_back({.call = Call::shutdown_write, .on = on, .result = shutdown_write(on)});
      break;
    case Kind::close:
    case Kind::reset:
      forget(on);
      step.kind == Kind::close ? close(on) : reset(on);
      break;
    case Kind::close_listener:
      std::erase_if(waiting_,
                    [&](const Waiting& one) { return one.call == Call::accept && one.on == on; });
      close_listener(on);
      break;
    case Kind::addresses:
      replies.push_back(mirrored(on));
      break;
    case Kind::recv_on_listener:
    case Kind::send_on_listener:
    case Kind::accept_on_end:
      replies.push_back({.call = Call::misuse, .on = on, .result = misuse(step.kind, on)});
      break;
  }
  settle();
  collect(replies);
  return replies;
}

// ---- calls that wait ---------------------------------------------------------------------------

/// In the order in which World::perform() promises to look at them.
void World::begin(Call call, int on, int size) {
  waiting_.push_back({call, on, size, true});
  std::sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
    const auto key = [](const Waiting& one) {
      const int rank = one.call == Call::connect ? 0 : one.call == Call::accept ? 1 : 2;
      return std::tuple(rank, one.on, one.call != Call::recv);
    };
    return key(a) < key(b);
  });
}

/// Until nothing more is over: one that ends may let another one go on.
void World::collect(std::vector<Reply>& replies) {
  for (bool is_over = false; !is_over;) {
    is_over = true;
    for (std::size_t i = 0; i < waiting_.size();) {
      const auto result = finished(waiting_[i].call, waiting_[i].on);
      if (!result) {
        ++i;
        continue;
      }
      const Waiting one = waiting_[i];
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
      replies.push_back(finish(one, *result));
      is_over = false;
    }
    if (!is_over) settle();
  }
  for (Waiting& one : waiting_) {
    if (!one.is_new) continue;
    one.is_new = false;
    replies.push_back({.call = one.call, .on = one.on, .result = -EAGAIN});
  }
}

Reply World::finish(const Waiting& waiting, std::int64_t result) {
  Reply reply{.call = waiting.call, .on = waiting.on, .result = result};
  if (waiting.call == Call::accept) reply = accepted(waiting.on, result);
  if (waiting.call == Call::recv) reply = received(waiting.on, result);
  if (waiting.call == Call::send) reply = sent(waiting.on, result);
  if (waiting.call == Call::connect && result == 0) {
    client_addresses_[static_cast<std::size_t>(waiting.on / 2)] = local_address(waiting.on);
  }
  reply.has_waited = !waiting.is_new;
  return reply;
}

/// The first one that waits there. An accept's `on` is a listener, given as kEnds + listener.
Reply World::cancel_one(int on) {
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const Waiting one = waiting_[i];
    if (one.call == Call::connect) continue;
    if ((one.call == Call::accept ? kEnds + one.on : one.on) != on) continue;
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    return finish(one, cancel(one.call, one.on));
  }
  throw std::logic_error("nothing waits there that could be cancelled");
}

void World::forget(int end) {
  std::erase_if(waiting_,
                [&](const Waiting& one) { return one.call != Call::accept && one.on == end; });
}

// ---- bytes -------------------------------------------------------------------------------------

std::span<const std::byte> World::outgoing(int end, int size) const {
  return pattern(end, sent_bytes_[static_cast<std::size_t>(end)], size);
}

std::span<std::byte> World::incoming(int end, int size) {
  auto& buffer = incoming_[static_cast<std::size_t>(end)];
  if (buffer.size() < kChunk) buffer.resize(kChunk);
  return std::span(buffer).first(static_cast<std::size_t>(size));
}

Reply World::sent(int end, std::int64_t result) {
  if (result > 0) sent_bytes_[static_cast<std::size_t>(end)] += result;
  return {.call = Call::send, .on = end, .result = result};
}

Reply World::received(int end, std::int64_t result) {
  Reply reply{.call = Call::recv, .on = end, .result = result};
  if (result <= 0) return reply;
  std::int64_t& at = received_bytes_[static_cast<std::size_t>(end)];
  const auto expected = pattern(peer_of(end), at, static_cast<int>(result));
  at += result;
  reply.is_right = std::memcmp(expected.data(), incoming_[static_cast<std::size_t>(end)].data(),
                               expected.size()) == 0;
  return reply;
}

/// Until a send would wait even after all acknowledgements have come.
Reply World::fill(int end) {
  Reply all{.call = Call::fill, .on = end};
  for (int refusals = 0; refusals < 2 && all.bytes < kEndless;) {
    all.result = send(end, outgoing(end, kChunk));
    sent(end, all.result);
    if (all.result < 0 && all.result != -EAGAIN) break;
    if (all.result > 0) all.bytes += all.result;
    refusals = all.result > 0 ? 0 : refusals + 1;
    settle();
  }
  return all;
}

/// A writer that waits goes on meanwhile, and what it adds is read too.
void World::drain(int end, std::vector<Reply>& replies) {
  Reply all{.call = Call::drain, .on = end};
  std::vector<Reply> others;
  for (int refusals = 0; refusals < 2;) {
    const Reply one = received(end, recv(end, incoming(end, kChunk)));
    all.result = one.result;
    all.is_right = all.is_right && one.is_right;
    if (one.result <= 0 && one.result != -EAGAIN) break;
    if (one.result > 0) all.bytes += one.result;
    refusals = one.result > 0 ? 0 : refusals + 1;
    settle();
    collect(others);
  }
  all.is_complete = received_bytes_[static_cast<std::size_t>(end)] ==
                    sent_bytes_[static_cast<std::size_t>(peer_of(end))];
  replies.push_back(all);
  replies.insert(replies.end(), others.begin(), others.end());
}

// ---- connections -------------------------------------------------------------------------------

/// Which client it is shows by its address.
Reply World::accepted(int listener, std::int64_t result) {
  Reply reply{.call = Call::accept, .on = listener, .result = result};
  if (result < 0) return reply;
  reply.result = 0;
  const Address peer = accepted_peer();
  for (int connection = 0; connection < kConnections; ++connection) {
    const auto c = static_cast<std::size_t>(connection);
    if (is_accepted_[c] || as_servers_see(client_addresses_[c]) != peer) continue;
    is_accepted_[c] = true;
    reply.who = connection;
    break;
  }
  adopt_accepted(reply.who == kNobody ? kNobody : server_of(reply.who));
  return reply;
}

Reply World::mirrored(int end) {
  const int client = client_of(end / 2);
  const int server = server_of(end / 2);
  const Address here = local_address(client);
  const Address there = peer_address(client);
  return {.call = Call::addresses,
          .on = end,
          .is_right = here != there && as_servers_see(here) == peer_address(server) &&
                      as_servers_see(there) == local_address(server)};
}

Address World::as_servers_see(const Address& clients) const {
  if (family_ != Family::dual || clients.family != Address::Family::ipv4) return clients;
  return *Address::parse("::ffff:" + clients.host_text(), clients.port);
}

Address World::listening_address(std::uint16_t port) const {
  if (family_ == Family::ipv4) return Address::loopback_ipv4(port);
  return *Address::parse(family_ == Family::ipv6 ? "::1" : "::", port);
}

/// For documentation only, so nobody's: RFC 5737, RFC 3849.
Address World::foreign_address() const {
  return *Address::parse(family_ == Family::ipv4 ? "192.0.2.1" : "2001:db8::1");
}

Address World::connecting_address(std::uint16_t port) const {
  return family_ == Family::ipv6 ? listening_address(port) : Address::loopback_ipv4(port);
}

}  // namespace rill::differential
