// What the kernel has of the io_uring backend, and how it comes home. See uring_backend.h.
//
// A completion of a recv or send ends its operation at once. An event - something is ready - may
// make the program's parts run (the name resolver), which may end a poll and so wait for
// completions in the midst of it; therefore events are put aside first, and told by turn().
#include <algorithm>
#include <cerrno>

#include "net/uring/uring_backend.h"

namespace rill {
namespace {

constexpr unsigned kSlotBits = 28;
constexpr std::uint32_t kSlotMask = (1u << kSlotBits) - 1;

}  // namespace

UringBackend::UringBackend(UringOptions options)
    : PosixBackend(*options.syscalls, std::move(options.names)),
      ring_(*options.ring_calls),
      buffers_(ring_, *options.ring_calls) {}

std::uint64_t UringBackend::to_word(Handle handle, What what) {
  RILL_CHECK(handle.slot <= kSlotMask, "more than 268 million descriptors");
  return std::uint64_t{handle.generation} << 32 |
         std::uint64_t{static_cast<std::uint8_t>(what)} << kSlotBits | handle.slot;
}

Handle UringBackend::to_handle(std::uint64_t word) {
  return {static_cast<std::uint32_t>(word) & kSlotMask, static_cast<std::uint32_t>(word >> 32)};
}

UringBackend::What UringBackend::what_of(std::uint64_t word) {
  return static_cast<What>(static_cast<std::uint32_t>(word) >> kSlotBits);
}

UringBackend::Requests& UringBackend::requests_of(Handle handle) {
  if (handle.slot >= requests_.size()) requests_.resize(handle.slot + 1);
  return requests_[handle.slot];
}

void UringBackend::turn(Duration limit) {
  if (!doubts_.empty()) limit = std::min(limit, kDoubt);
  ring_.turn(events_.empty() ? limit : kNotAtAll);
  received_bytes_ = 0;
  tell_events();  // those that the last turn had no room for: they were there first
  take_completions(kMostBytesATurn);
  tell_events();
  end_doubts();
}

/// As far as this turn may receive more.
void UringBackend::tell_events() {
  std::size_t told = 0;
  while (told < events_.size() && received_bytes_ < kMostBytesATurn) {
    const auto [handle, events] = events_[told++];  // a copy: telling of one may bring more
    on_event(handle, events);
    const Descriptor* const descriptor = table_.find(handle);
    if (descriptor == nullptr) continue;
    const Requests& requests = requests_of(handle);
    if (requests.wanted != 0 && requests.polled == 0) poll(*descriptor, handle, requests.wanted);
  }
  events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(told));
}

/// All that there are; or until so many bytes were received in this turn, and the rest stays in the
/// ring.
void UringBackend::take_completions(std::size_t most_received_bytes) {
  KernelRing::Completion completion{};
  while (received_bytes_ < most_received_bytes && ring_.take(completion)) {
    const Handle handle = to_handle(completion.word);
    switch (what_of(completion.word)) {
      case What::receive:
        on_received(handle, completion.result, completion.flags);
        break;
      case What::send:
        on_sent(handle, completion.result);
        break;
      case What::poll:
        on_polled(handle, completion.result);
        break;
      case What::watch:
        on_watched(handle, completion.result, completion.flags);
        break;
      case What::accept:
        on_accepted(handle, completion.result, completion.flags);
        break;
      case What::nothing:
        break;
    }
  }
}

void UringBackend::on_polled(Handle handle, std::int32_t result) {
  if (table_.find(handle) == nullptr) return;
  Requests& requests = requests_of(handle);
  requests.polled = 0;
  if (requests.is_leaving) return;
  // What went wrong shows in the call that the event leads to.
  events_.push_back({handle, result >= 0 ? static_cast<std::uint32_t>(result) : EPOLLERR});
}

void UringBackend::on_watched(Handle handle, std::int32_t result, std::uint32_t flags) {
  if (table_.find(handle) == nullptr) return;
  if ((flags & IORING_CQE_F_MORE) == 0) requests_of(handle).is_watching = false;
  // The kernel tells with what a socket wakes whoever polls it, which is EPOLLIN and EPOLLPRI at
  // once, be there urgent data or not (net/core/sock.c, sock_def_readable).
  const std::uint32_t events = result >= 0 ? static_cast<std::uint32_t>(result) : EPOLLERR;
  // At the end of a watch, somebody has to look.
  events_.push_back({handle, (events & ~std::uint32_t{EPOLLPRI}) | EPOLLIN});
}

void UringBackend::poll(const Descriptor& descriptor, Handle handle, std::uint32_t events) {
  io_uring_sqe& request = ring_.prepare(to_word(handle, What::poll));
  io_uring_prep_poll_add(&request, descriptor.fd, events);
  requests_of(handle).polled = events;
}

int UringBackend::await_edge(Descriptor& descriptor, Handle handle, std::uint32_t events) {
  if (can_await_connection(descriptor)) return await_connection(descriptor, handle);
  const std::uint32_t polled = requests_of(handle).polled;
  if ((polled & events) == events) return 0;
  if (polled != 0) end_poll(handle);
  poll(descriptor, handle, polled | events);  // it tells at once what is true already
  return 0;
}

int UringBackend::watch_level(Descriptor& descriptor, Handle handle, std::uint32_t events) {
  Requests& requests = requests_of(handle);
  requests.wanted = events;
  if (requests.polled == events) return 0;
  if (requests.polled != 0) end_poll(handle);
  if (events != 0) poll(descriptor, handle, events);
  return 0;
}

void UringBackend::request_cancel(Handle handle, What what) {
  io_uring_sqe& request = ring_.prepare(to_word({}, What::nothing));
  io_uring_prep_cancel64(&request, to_word(handle, what), 0);
  request.flags |= IOSQE_CQE_SKIP_SUCCESS;
}

void UringBackend::end_poll(Handle handle) {
  requests_of(handle).is_leaving = true;
  bring_home([&] { request_cancel(handle, What::poll); },
             [&] { return requests_of(handle).polled == 0; });
  requests_of(handle).is_leaving = false;
}

void UringBackend::cancel(Op& op) {
  if (op.kind == OpKind::accept) return cancel_accept(op);
  if (op.kind != OpKind::send || !requests_of(op.on).is_sending) return PosixBackend::cancel(op);
  // The kernel reads from its buffer. A waiting recv has none, and the receive may go on.
  bring_home([&] { request_cancel(op.on, What::send); },
             [&] { return op.state == Op::State::completed; });
}

void UringBackend::release(Descriptor& descriptor, Handle handle) {
  Requests& requests = requests_of(handle);
  if (requests.has_any()) {
    // A request holds its file open, whatever close(2) says, until it is back.
    requests.is_leaving = true;
    // One by one: the kernel finds a word at once, but for a descriptor's requests it looks through
    // those of all (io_poll_file_find), which makes thousands of closes quadratic.
    const auto cancel_all = [&] {
      if (requests.is_receiving) request_cancel(handle, What::receive);
      if (requests.is_sending) request_cancel(handle, What::send);
      if (requests.polled != 0) request_cancel(handle, What::poll);
      if (requests.is_watching) request_cancel(handle, What::watch);
      if (requests.is_accepting) request_cancel(handle, What::accept);
    };
    bring_home(cancel_all, [&] { return !requests.has_any(); });
  }
  if (requests.unread != nullptr) {
    // The kernel no longer knows of unread input, which makes a close a reset. So we say it.
    constexpr linger kAbort = {.l_onoff = 1, .l_linger = 0};
    syscalls_.setsockopt(descriptor.fd, SOL_SOCKET, SO_LINGER, &kAbort, sizeof kAbort);
  }
  requests = Requests{};
  if (descriptor.kind == Kind::listener) release_accepted(descriptor, handle);
}

int UringBackend::shutdown_write(Handle socket) {
  // What was to be sent goes first.
  if (table_.find(socket) != nullptr && requests_of(socket).is_sending) {
    ring_.look();
    take_completions();
  }
  return PosixBackend::shutdown_write(socket);
}

}  // namespace rill
