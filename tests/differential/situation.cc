// Taking notes. See situation.h.
#include "tests/differential/situation.h"

#include <algorithm>
#include <cerrno>

namespace rill::differential {

int Situation::free_connection() const {
  int open = 0;
  int found = kNobody;
  for (int connection = kConnections - 1; connection >= 0; --connection) {
    const End& client = end(client_of(connection));
    const End& server = end(server_of(connection));
    if (client.is_open || client.is_connecting || server.is_open) ++open;
    if (!is_used_[static_cast<std::size_t>(connection)]) found = connection;
  }
  return open < kOpenAtOnce ? found : kNobody;
}

void Situation::note(const Scene& scene) {
  note_step(scene.step);
  for (const Reply& reply : scene.replies) note_reply(scene.step, reply);
}

void Situation::note_step(const Step& step) {
  switch (step.kind) {
    case Kind::connect:
      connects_to_[static_cast<std::size_t>(step.connection)] = step.on;
      break;
    case Kind::close:
    case Kind::reset:
      go(step.on, step.kind == Kind::reset);
      break;
    case Kind::close_listener: {
      Listener& listener = listeners_[static_cast<std::size_t>(step.on)];
      for (const int connection : listener.queue) go(server_of(connection), true);
      listener = Listener();
      listener.was_open = true;
      break;
    }
    case Kind::shutdown_write:
      at(step.on).has_shut = true;
      break;
    case Kind::cancel:
      if (step.on >= kEnds) {
        listeners_[static_cast<std::size_t>(step.on - kEnds)].accept_waits = false;
      } else if (end(step.on).recv_waits) {
        at(step.on).recv_waits = false;
      } else {
        at(step.on).send_waits = false;
      }
      break;
    default:
      break;
  }
}

void Situation::go(int number, bool by_reset) {
  End& end = at(number);
  end.left_unread = unread_bytes(number) > 0;
  end.was_reset = by_reset;
  end.has_shut = true;
  end.is_gone = true;
  end.is_open = end.is_connecting = end.send_waits = end.recv_waits = false;
}

void Situation::note_reply(const Step& step, const Reply& reply) {
  const bool would_wait = reply.result == -EAGAIN;
  const bool is_error = reply.result < 0 && !would_wait;
  if (reply.call == Call::listen) {
    if (reply.result != 0) return;
    Listener& listener = listeners_[static_cast<std::size_t>(reply.on)];
    listener = Listener();
    listener.is_open = listener.was_open = true;
    listener.backlog = step.size;
    return;
  }
  if (reply.call == Call::accept) {
    Listener& listener = listeners_[static_cast<std::size_t>(reply.on)];
    listener.accept_waits = would_wait && step.kind == Kind::start_accept;
    if (reply.result != 0 || reply.who == kNobody) return;
    std::erase(listener.queue, reply.who);
    at(server_of(reply.who)).is_open = true;
    at(server_of(reply.who)).was_accepted = true;
    return;
  }
  if (reply.call == Call::misuse) return;
  End& end = at(reply.on);
  switch (reply.call) {
    case Call::connect: {
      const auto connection = static_cast<std::size_t>(reply.on / 2);
      end.is_connecting = would_wait;
      end.is_open = reply.result == 0;
      is_used_[connection] = !is_error;
      if (end.is_open) {
        listeners_[static_cast<std::size_t>(connects_to_[connection])].queue.push_back(reply.on /
                                                                                       2);
      }
      break;
    }
    case Call::send:
    case Call::fill: {
      const std::int64_t bytes =
          reply.call == Call::fill ? reply.bytes : std::max<std::int64_t>(reply.result, 0);
      end.sent_bytes += bytes;
      if (bytes > 0 && peer(reply.on).is_gone) end.sent_to_gone = true;
      end.send_waits = would_wait && step.kind == Kind::start_send;
      if (would_wait) {
        end.is_full = true;
        end.read_since_full = 0;
      }
      const bool is_our_own_end = end.has_shut && reply.result == -EPIPE;
      end.has_heard_error = end.has_heard_error || (is_error && !is_our_own_end);
      break;
    }
    case Call::recv:
    case Call::drain: {
      const std::int64_t bytes =
          reply.call == Call::drain ? reply.bytes : std::max<std::int64_t>(reply.result, 0);
      end.received_bytes += bytes;
      End& writer = at(peer_of(reply.on));
      writer.read_since_full += bytes;
      if (unread_bytes(reply.on) == 0) writer.is_full = false;
      end.recv_waits = would_wait && step.kind == Kind::start_recv;
      if (reply.result == 0) end.has_heard_end = true;
      end.has_heard_error = end.has_heard_error || is_error;
      break;
    }
    default:
      break;
  }
}

}  // namespace rill::differential
