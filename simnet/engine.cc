// Time, and what happens when it passes. See engine.h.
#include "simnet/engine.h"

#include <cerrno>

#include "scheduler/task.h"

namespace rill::simnet {
namespace {

// With many connections every event finds whatever it touches out of the cache, and each thing
// leads to the next: the socket to the operation, that to the task, that to its frame. So all that
// a short front will touch, steps of tasks included, is fetched when the front begins, one kind of
// thing after the other, so that the waits overlap. Of a long front, which is one moment, all
// events land before any task runs: there it is what landing touches, so many events ahead.
constexpr std::size_t kFetchSocket = 6;
constexpr std::size_t kFetchBytes = 3;

/// Two cache lines. Null: nothing.
void fetch(const void* object) {
  if (object == nullptr) return;
  __builtin_prefetch(object);
  __builtin_prefetch(static_cast<const char*>(object) + 64);
}

}  // namespace

Engine::Engine(Network& network, const NetworkOptions& options)
    : network_(network),
      options_(options),
      links_(options.link, options.loopback),
      hosts_(options.host) {
  set_faults(options.faults);
  if (options.link.can_lose() || options.loopback.can_lose()) prepare_faults();
}

Engine::~Engine() {
  // What programs hold may close sockets.
  static_cast<void>(std::exchange(lives_, HostLives()));
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    sockets_[slot].bytes.clear(blocks_);
  }
}

inline void Engine::submit(Op& op) {
  switch (op.kind) {
    case OpKind::recv:
      return start_recv(static_cast<RecvOp&>(op));
    case OpKind::send:
      return start_send(static_cast<SendOp&>(op));
    case OpKind::accept:
      return start_accept(static_cast<AcceptOp&>(op));
    case OpKind::connect:
      return start_connect(static_cast<ConnectOp&>(op));
    case OpKind::resolve:
      return start_resolve(static_cast<ResolveOp&>(op));
    case OpKind::signal:
      return start_signal(static_cast<SignalOp&>(op));
    case OpKind::read:
    case OpKind::write:
    case OpKind::send_file:
      return complete(op, -ENOSYS);
  }
}

// Here, so that an operation is one call away from what starts it.
void Network::submit(Op& op) { engine_->submit(op); }

void Engine::cancel(Op& op) {
  if (!held_operations_.empty() && std::erase(held_operations_, &op) > 0) [[unlikely]] {
    return complete(op, -ECANCELED);
  }
  switch (op.kind) {
    case OpKind::recv:
    case OpKind::accept:
      sockets_[op.on.slot].reading = nullptr;
      break;
    case OpKind::send: {
      Socket& socket = sockets_[op.on.slot];
      socket.writing = nullptr;
      sockets_[socket.peer].writer_waits = false;
      break;
    }
    case OpKind::connect:
      return fail_connect(static_cast<std::uint32_t>(op.backend_word), ECANCELED);
    case OpKind::resolve:
      questions_[op.backend_word] = {};
      ++stale_events_;
      break;
    case OpKind::signal:
      std::erase(signal_waits_, static_cast<SignalOp*>(&op));
      break;
    case OpKind::read:
    case OpKind::write:
    case OpKind::send_file:
      break;
  }
  complete(op, -ECANCELED);
}

void Engine::dispose(Op& op) {
  if (op.result < 0) return;
  if (op.kind == OpKind::accept) close(static_cast<AcceptOp&>(op).accepted);
  if (op.kind == OpKind::connect) close(static_cast<ConnectOp&>(op).connected);
}

Waited Engine::wait(Instant deadline) {
  if (deadline == Instant::never() && events_.size() == stale_events_) return Waited::idle;
  const Instant limit = deadline < now_ ? now_ : deadline;
  if (events_.next_time() > limit) {
    now_ = limit;
  } else {
    // One instant; but everything that came due while a step took its time.
    do {
      clock_ = events_.next_time();
      if (now_ < clock_) now_ = clock_;
      trace_time(clock_);
      if (events_.begin_moment()) fetch_front();
      do {
        if (const Event* const soon = events_.look_ahead(kFetchSocket)) fetch_socket(*soon);
        if (const Event* const soon = events_.look_ahead(kFetchBytes)) fetch_bytes(*soon);
        land(events_.take());
      } while (events_.is_in_moment());
      events_.end_moment();
    } while (events_.next_time() <= now_);
  }
  clock_ = now_;
  trace_time(now_);
  return Waited::progress;
}

inline void Engine::fetch_socket(const Event& event) {
  if (event.kind() == Arrival::segment) fetch(&sockets_[event.target]);
}

inline void Engine::fetch_bytes(const Event& event) {
  if (event.kind() != Arrival::segment) return;
  const Socket& socket = sockets_[event.target];
  socket.bytes.prefetch();
  fetch(socket.reading);
}

inline void Engine::fetch_task(const Event& event) {
  if (event.kind() != Arrival::segment) return;
  const Socket& socket = sockets_[event.target];
  fetch(&sockets_[socket.peer]);  // who has read often writes next
  if (socket.reading == nullptr) return;
  const auto& op = static_cast<const RecvOp&>(*socket.reading);
  fetch(op.task);
  fetch(op.caller_state);
  fetch(&op + 1);  // where its frame goes on
}

inline void Engine::fetch_frame(const Event& event) {
  if (event.kind() != Arrival::segment) return;
  const Op* const op = sockets_[event.target].reading;
  if (op != nullptr && op->task != nullptr) fetch(op->task->leaf->frame().address());
}

void Engine::fetch_front() {
  const std::span<const Event> front = events_.front();
  if (front.size() <= EventQueue::kSmall) {
    for (const Event& soon : front) fetch_socket(soon);
    for (const Event& soon : front) fetch_bytes(soon);
    for (const Event& soon : front) fetch_task(soon);
    for (const Event& soon : front) fetch_frame(soon);
  } else {
    for (const Event& soon : front.first(kFetchSocket)) fetch_socket(soon);
    for (const Event& soon : front.first(kFetchBytes)) fetch_bytes(soon);
  }
}

inline void Engine::trace_time(Instant at) {
  if (at == traced_) return;
  traced_ = at;
  if (context_->trace.enabled()) context_->trace.set_time(at);
}

void Engine::step_ended(const TaskControl& task) {
  if (options_.step_cost.ns <= 0) return;
  const auto alternatives = 2 * static_cast<std::uint64_t>(options_.step_cost.ns) + 1;
  Site& site = context_->sites.at("step", context_->place_of(task));
  site.host = task.host;
  const std::uint64_t cost = context_->decide(site, alternatives, [&](std::uint64_t ns) {
    return "a step of " + rill::describe(task) + " takes " +
           to_string(Duration(static_cast<std::int64_t>(ns)));
  });
  now_ = now_ + Duration(static_cast<std::int64_t>(cost));
  clock_ = now_;  // the trace hears of it in wait(), after what landed meanwhile
}

inline void Engine::land(const Event& event) {
  if (event.kind() != Arrival::segment) [[unlikely]]
    return land_signal(event);
  if (strikes_hosts_) [[unlikely]]
    strike_at(event);
  land_segment(sockets_[event.target], event.target, event.amount());
}

void Engine::land_signal(const Event& event) {
  const std::uint32_t target = event.target;
  if (event.kind() >= Arrival::answer) {
    return event.kind() == Arrival::answer ? land_answer(target)
                                           : land_host_return(target, event.amount());
  }
  if (strikes_hosts_) strike_at(event);
  Socket& socket = sockets_[target];
  --socket.events;
  if (event.kind() == Arrival::retry_syn || event.kind() == Arrival::retry_queue) {
    socket.has_timer = false;
    if (socket.state == Socket::State::closed) --stale_events_;
  }
  switch (event.kind()) {
    case Arrival::syn:
      land_syn(target);
      break;
    case Arrival::syn_ack:
      land_syn_ack(target);
      break;
    case Arrival::handshake:
    case Arrival::retry_queue:
      land_handshake(target);
      break;
    case Arrival::fin:
      land_fin(target);
      break;
    case Arrival::rst:
      land_rst(target);
      break;
    case Arrival::acknowledged:
      land_acknowledged(target, event.amount());
      break;
    case Arrival::window:
      land_window(target);
      break;
    case Arrival::retry_syn:
      retry_syn(target);
      break;
    case Arrival::retry_silence:
      retry_silence(target);
      break;
    case Arrival::retransmit:
      retransmit(target);
      break;
    case Arrival::segment:
    case Arrival::answer:
    case Arrival::host_returns:
      break;
  }
  release_if_over(target);
}

void Engine::send_signal(Socket& from, Socket& to, std::uint32_t to_slot, Arrival kind) {
  // The SYN-ACK has no place in the stream: if it is lost, the SYN is (see land_syn).
  if (faults_ != nullptr && kind != Arrival::syn_ack) [[unlikely]]
    return ship(to_slot, kind, 0);
  const Instant at = arrival(from.link, 0);
  if (to.last_arrival < at) to.last_arrival = at;
  ++to.events;
  events_.push(Event(to.last_arrival, kind, to_slot));
}

void Engine::set_timer(std::uint32_t slot, Instant at, Arrival kind) {
  sockets_[slot].has_timer = true;
  ++sockets_[slot].events;
  events_.push(Event(at < clock_ ? clock_ : at, kind, slot));
}

void Engine::abandon(Socket& socket) {
  socket.state = Socket::State::closed;
  socket.attempts = 0;
  if (socket.has_timer) ++stale_events_;
}

void Engine::set_link(HostId from, HostId to, const LinkOptions& options) {
  if (options.can_lose()) prepare_faults();
  links_.set(from, to, options);
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    Socket& socket = sockets_[slot];
    if (socket.host == from && socket.peer_host == to) socket.link = links_.between(from, to);
  }
}

void Engine::set_default_link(const LinkOptions& options) {
  if (options.can_lose()) prepare_faults();
  links_.set_default(options);
  relink();
}

void Engine::relink() {
  for (std::uint32_t slot = 0; slot < sockets_.slots(); ++slot) {
    Socket& socket = sockets_[slot];
    if (socket.peer_host != kNoHost) socket.link = links_.between(socket.host, socket.peer_host);
  }
}

}  // namespace rill::simnet
