// Which sockets an operation can be applied to. See director.h.
#include "tests/differential/director.h"

#include <optional>

#include "tests/differential/situation.h"

namespace rill::differential {
namespace {

bool fits_listener(Kind kind, const Situation::Listener& listener) {
  switch (kind) {
    case Kind::listen:
    case Kind::listen_foreign:
      return !listener.is_open;
    case Kind::listen_again:
      return !listener.is_open && listener.was_open;
    case Kind::accept:
    case Kind::accept_bare:
    case Kind::start_accept:
      return listener.is_open && !listener.accept_waits;
    default:
      return listener.is_open;
  }
}

bool fits_end(Kind kind, const Situation::End& end) {
  switch (kind) {
    case Kind::send:
    case Kind::fill:
    case Kind::start_send:
      return end.is_open && !end.send_waits;
    case Kind::recv:
    case Kind::drain:
    case Kind::start_recv:
      return end.is_open && !end.recv_waits;
    case Kind::close:
      return end.is_open || end.is_connecting;
    default:
      return end.is_open;
  }
}

std::vector<int> candidates(Kind kind, const Situation& now) {
  std::vector<int> found;
  switch (kind) {
    case Kind::connect_nobody:
      return {kNobody};
    case Kind::listen:
    case Kind::listen_busy:
    case Kind::listen_again:
    case Kind::listen_foreign:
    case Kind::connect:
    case Kind::connect_bare:
    case Kind::accept:
    case Kind::accept_bare:
    case Kind::start_accept:
    case Kind::close_listener:
    case Kind::recv_on_listener:
    case Kind::send_on_listener:
      for (int number = 0; number < kListeners; ++number) {
        if (fits_listener(kind, now.listener(number))) found.push_back(number);
      }
      return found;
    case Kind::cancel:
      for (int end = 0; end < kEnds; ++end) {
        if (now.end(end).recv_waits || now.end(end).send_waits) found.push_back(end);
      }
      for (int number = 0; number < kListeners; ++number) {
        if (now.listener(number).accept_waits) found.push_back(kEnds + number);
      }
      return found;
    case Kind::addresses:  // those of both ends are compared, while both have them
      for (int end = 0; end < kEnds; ++end) {
        const auto has_them = [](const Situation::End& one) {
          return one.is_open && !one.has_shut;
        };
        if (has_them(now.end(end)) && has_them(now.peer(end))) found.push_back(end);
      }
      return found;
    default:
      for (int end = 0; end < kEnds; ++end) {
        if (fits_end(kind, now.end(end))) found.push_back(end);
      }
      return found;
  }
}

std::optional<Step> find(const Operation& operation, const Situation& now) {
  Step step{.kind = operation.kind, .size = operation.size};
  const bool connects = operation.kind == Kind::connect || operation.kind == Kind::connect_bare ||
                        operation.kind == Kind::connect_nobody;
  if (connects) {
    step.connection = now.free_connection();
    if (step.connection == kNobody) return std::nullopt;
  }
  const std::vector<int> found = candidates(operation.kind, now);
  if (found.empty()) return std::nullopt;
  step.on = found[operation.pick % found.size()];
  return step;
}

}  // namespace

Transcript play(const Script& script, World& world) {
  Transcript transcript;
  Situation now;
  const auto act = [&](const Operation& operation) {
    const std::optional<Step> step = find(operation, now);
    if (!step) return;
    transcript.push_back({*step, world.perform(*step)});
    now.note(transcript.back());
  };
  if (script.connections > 0) act({Kind::listen, 0, 2});
  for (int connection = 0; connection < script.connections; ++connection) {
    act({Kind::connect, 0, 0});
    act({Kind::accept, 0, 0});
  }
  for (const Operation& operation : script.operations) act(operation);
  return transcript;
}

}  // namespace rill::differential
