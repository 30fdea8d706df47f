// See connection_pool.h.
#include "net/client/connection_pool.h"

#include <algorithm>

#include "scheduler/sleep.h"

namespace rill::http {

std::optional<Connection> ConnectionPool::take(std::string_view host) {
  const Instant oldest{now().ns - idle_limit_.ns};
  const auto first_young = std::find_if(idle_.begin(), idle_.end(),
                                        [&](const Idle& idle) { return idle.since >= oldest; });
  idle_.erase(idle_.begin(), first_young);
  // The one used last: the others age, and a pool that was too large shrinks.
  const auto found = std::find_if(idle_.rbegin(), idle_.rend(),
                                  [&](const Idle& idle) { return idle.host == host; });
  if (found == idle_.rend()) return std::nullopt;
  std::optional<Connection> connection(std::move(found->connection));
  idle_.erase(std::next(found).base());
  return connection;
}

void ConnectionPool::give_back(std::string_view host, Connection connection) {
  if (most_idle_ == 0) return;
  if (idle_.size() == most_idle_) idle_.erase(idle_.begin());
  idle_.push_back({std::string(host), std::move(connection), now()});
}

}  // namespace rill::http
