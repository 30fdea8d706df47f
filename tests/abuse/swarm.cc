// See swarm.h.
#include "tests/abuse/swarm.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

namespace rill::abuse {
namespace {

constexpr std::size_t kFirstBytes = 12;
constexpr std::size_t kMostConnecting = 500;  // at a time: less than any listener's backlog

}  // namespace

Swarm::Swarm(std::uint16_t port)
    : port_(port), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(std::size_t{1} << 18) {
  if (epoll_ < 0) throw std::runtime_error("epoll_create1");
}

Swarm::~Swarm() { close(epoll_); }

bool Swarm::connect(const Manner& manner, std::size_t count) {
  auto known = std::find(manners_.begin(), manners_.end(), manner);
  if (known == manners_.end()) known = manners_.insert(known, manner);
  const auto number = static_cast<std::size_t>(known - manners_.begin());
  const std::size_t goal = clients_.size() + count;
  const auto patience_ends = Clock::now() + kPatience;
  while (opened_ < goal) {
    while (clients_.size() < goal && clients_.size() - opened_ < kMostConnecting) {
      SwarmClient& client = clients_.emplace_back();
      client.manner = number;
      client.began_at = Clock::now();
      client.socket = RawSocket(
          port_, {.receive_buffer_bytes = manner.receive_buffer_bytes, .is_blocking = false});
      if (!client.socket.is_open()) return false;
      epoll_event interest{};
      interest.events = EPOLLOUT;
      interest.data.u64 = clients_.size() - 1;
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, client.socket.fd(), &interest) != 0) return false;
    }
    poll(10);
    if (Clock::now() > patience_ends) return false;
  }
  return true;
}

void Swarm::run_for(Clock::duration time) {
  run_until([] { return false; }, time);
}

bool Swarm::run_until(const std::function<bool()>& condition, Clock::duration patience) {
  const auto end = Clock::now() + patience;
  while (!condition()) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now()).count();
    if (left < 0) return false;
    poll(static_cast<int>(std::min<std::int64_t>(left + 1, 5)));
  }
  return true;
}

void Swarm::poll(int limit_ms) {
  epoll_event events[256];
  const int count = epoll_wait(epoll_, events, 256, limit_ms);
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::size_t>(events[i].data.u64);
    on_event(clients_[number], number, events[i].events);
  }
  const auto now = Clock::now();
  while (!due_.empty() && due_.top().at <= now) {
    const Due due = due_.top();
    due_.pop();
    drip(clients_[due.client], due.client);
  }
}

void Swarm::on_event(SwarmClient& client, std::size_t number, std::uint32_t events) {
  using Reads = Manner::Reads;
  if (client.connected_at == Clock::time_point()) {
    if ((events & EPOLLERR) != 0) return end(client, SwarmClient::End::reset);
    open(client, number);
    return;
  }
  if (manners_[client.manner].reads == Reads::all && (events & EPOLLIN) != 0) {
    return read(client, buffer_.size());
  }
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return end(client, SwarmClient::End::reset);
  if ((events & EPOLLRDHUP) != 0) return end(client, SwarmClient::End::end_of_stream);
}

void Swarm::open(SwarmClient& client, std::size_t number) {
  ++opened_;
  client.connected_at = Clock::now();
  const Manner& manner = manners_[client.manner];
  epoll_event interest{};
  interest.events = EPOLLRDHUP;
  if (manner.reads == Manner::Reads::all) interest.events |= EPOLLIN;
  interest.data.u64 = number;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket.fd(), &interest);
  if (!manner.opening.empty()) {
    ::send(client.socket.fd(), manner.opening.data(), manner.opening.size(), MSG_NOSIGNAL);
    client.sent_bytes = manner.opening.size();
  }
  if (!manner.drip.empty() || manner.reads == Manner::Reads::one_byte_a_drip) {
    // Spread over the period, as clients of the world are: by the golden ratio.
    const auto phase = static_cast<std::int64_t>(number * 618 % 1000);
    due_.push({client.connected_at + manner.drip_every * phase / 1000, number});
  }
}

void Swarm::read(SwarmClient& client, std::size_t most_bytes) {
  const ssize_t size = recv(client.socket.fd(), buffer_.data(), most_bytes, 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size < 0) return end(client, SwarmClient::End::reset);
  if (size == 0) return end(client, SwarmClient::End::end_of_stream);
  const auto received = static_cast<std::size_t>(size);
  if (client.first_bytes.size() < kFirstBytes) {
    client.first_bytes.append(buffer_.data(),
                              std::min(received, kFirstBytes - client.first_bytes.size()));
    if (client.first_bytes.starts_with("HTTP/1.1 4")) client.ended_at = Clock::now();
  }
  client.received_bytes += received;
  received_bytes_ += received;
}

void Swarm::end(SwarmClient& client, SwarmClient::End how) {
  if (client.connected_at == Clock::time_point()) {
    client.connected_at = Clock::now();
    ++opened_;
  }
  client.end = how;
  if (client.ended_at == Clock::time_point()) client.ended_at = Clock::now();
  ++ended_;
  epoll_ctl(epoll_, EPOLL_CTL_DEL, client.socket.fd(), nullptr);
  client.socket.close();
}

void Swarm::drip(SwarmClient& client, std::size_t number) {
  if (client.end != SwarmClient::End::none) return;
  const Manner& manner = manners_[client.manner];
  if (!manner.drip.empty()) {
    const std::size_t at = (client.sent_bytes++ - manner.opening.size()) % manner.drip.size();
    ::send(client.socket.fd(), &manner.drip[at], 1, MSG_NOSIGNAL);
  }
  if (manner.reads == Manner::Reads::one_byte_a_drip) read(client, 1);
  due_.push({Clock::now() + manner.drip_every, number});
}

void Swarm::say(std::string_view text) {
  for (SwarmClient& client : clients_) {
    if (client.end != SwarmClient::End::none) continue;
    ::send(client.socket.fd(), text.data(), text.size(), MSG_NOSIGNAL);
    client.sent_bytes += text.size();
  }
}

void Swarm::close_all() {
  for (SwarmClient& client : clients_) client.socket.close();
  forget();
}

void Swarm::reset_all() {
  for (SwarmClient& client : clients_) {
    if (client.socket.is_open()) client.socket.reset();
  }
  forget();
}

void Swarm::forget() {
  clients_.clear();
  due_ = {};
  opened_ = ended_ = received_bytes_ = 0;
}

}  // namespace rill::abuse
