// See connection_pool.h.
#include "net/client/connection_pool.h"

#include <algorithm>
#include <limits>

#include "scheduler/sleep.h"

namespace rill::http {
namespace {

std::uint32_t permits_for(std::size_t most) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(most, kMost));
}

}  // namespace

ConnectionPool::Host::Host(std::size_t most, std::shared_ptr<Hosts> all, std::string name)
    : permits(permits_for(most)), hosts(std::move(all)), origin(std::move(name)) {
  hosts->emplace(origin, this);
}

ConnectionPool::Host::~Host() { hosts->erase(origin); }

ConnectionPool::ConnectionPool(const PoolLimits& limits)
    : limits_(limits),
      permits_(permits_for(limits.most_connections)),
      hosts_(std::make_shared<Hosts>()) {}

std::shared_ptr<ConnectionPool::Host> ConnectionPool::host_of(const std::string& origin) {
  const auto known = hosts_->find(origin);
  if (known != hosts_->end()) return known->second->shared_from_this();
  return std::make_shared<Host>(limits_.most_connections_per_host, hosts_, origin);
}

Task<ConnectionPool::Lease> ConnectionPool::lease(std::string origin) {
  Lease lease(std::move(origin));
  if (limits_.most_connections_per_host > 0) {
    lease.host_ = host_of(lease.origin_);
    Semaphore::Permit of_host = co_await lease.host_->permits.acquire();
    lease.of_host_.emplace(std::move(of_host));
  }
  if (limits_.most_connections > 0) {
    Semaphore::Permit of_all = co_await permits_.acquire();
    lease.of_all_.emplace(std::move(of_all));
  }
  co_return std::move(lease);
}

std::optional<Connection> ConnectionPool::take(const Lease& lease) {
  const Instant oldest{now().ns - limits_.idle_limit.ns};
  const auto first_young = std::find_if(idle_.begin(), idle_.end(),
                                        [&](const Idle& idle) { return idle.since >= oldest; });
  idle_.erase(idle_.begin(), first_young);
  // The one used last: the others age, and a pool that was too large shrinks.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                  [&](const Idle& idle) { return idle.origin == lease.origin_; });
  if (found == idle_.rend()) {
    make_room();
    return std::nullopt;
  }
  std::optional<Connection> connection(std::move(found->connection));
  idle_.erase(std::next(found).base());
  return connection;
}

void ConnectionPool::make_room() {
  if (limits_.most_connections == 0) return;
  const std::size_t leased = permits_for(limits_.most_connections) - permits_.free_permits();
  while (!idle_.empty() && leased + idle_.size() > limits_.most_connections) {
    idle_.erase(idle_.begin());
  }
}

// The lease ends after the connection is in its place: whoever has waited for it finds it there.
void ConnectionPool::give_back(Lease lease, Connection connection) {
  if (limits_.most_idle == 0) return;
  if (idle_.size() == limits_.most_idle) idle_.erase(idle_.begin());
  idle_.push_back({std::move(lease.origin_), std::move(connection), now()});
}

}  // namespace rill::http
