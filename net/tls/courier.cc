// How a connection with TLS ends: what is still to be said, and who says it if there is no room
// now.
//
// close() and shutdown_write() never wait, and a full socket takes nothing, not even the 30 bytes
// of a goodbye. Then a task of the layer's own, the courier, waits for room. It is a task like any
// other: shown in dumps, killed with the run, and gone after kCourierLimit at the latest, so that a
// peer that never reads holds neither socket nor run. Part of TlsLayer.
#include <cerrno>

#include "net/tls/tls_layer.h"
#include "scheduler/spawn.h"
#include "scheduler/timeout.h"

namespace rill::tls {
namespace {

/// As long as large kernel buffers were seen to take for making room for a slow reader: see
/// lessons/httpd/limits.h.
constexpr Duration kCourierLimit = seconds(10);

}  // namespace

/// The courier's wait.
class TlsLayer::Flush final : public Wait {
 public:
  explicit Flush(TlsLayer& layer) : layer_(layer) {}

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> frame) {
    Scheduler::block(frame.promise(), *this);
    layer_.flush_ = this;
    layer_.scheduler_ = task->scheduler;
    layer_.pump();
  }
  void await_resume() const noexcept {}
  void abandon() noexcept override {
    layer_.flush_ = nullptr;
    layer_.end_idle_operations();
  }
  WaitReport report() const override {
    return {.text = "room for a goodbye to " + layer_.connection_.peer_text(), .what = "send"};
  }

 private:
  TlsLayer& layer_;
};

/// However the courier ends: the socket does not stay open.
class TlsLayer::Closer {
 public:
  explicit Closer(TlsLayer& layer) : layer_(layer) {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() {
    layer_.has_courier_ = false;
    const Handle socket = std::exchange(layer_.parting_, {});
    if (socket) layer_.connection_.backend->close(socket);
  }

 private:
  TlsLayer& layer_;
};

Task<> TlsLayer::flush() { co_await Flush(*this); }

Task<> TlsLayer::deliver(ConnectionRef connection) {
  static_cast<void>(connection);  // which owns this layer
  const Closer closer(*this);
  co_await timeout(kCourierLimit, flush());
}

void TlsLayer::send_courier() {
  if (std::exchange(has_courier_, true)) return;
  ++connection_.references;  // for the reference that comes next
  Task<> task = deliver(ConnectionRef(&connection_));
  TaskRef courier = detail::spawn_frame(task, nullptr, &host_);
  courier.named("goodbye");
}

void TlsLayer::wake_courier_when_sent() {
  if (has_unsent() && send_error_ == 0) return;
  Flush& flush = *std::exchange(flush_, nullptr);
  scheduler_->wake(*flush.task);
}

/// Before a call that no task waits in. False outside of a run of this backend, where nothing can
/// be sent any more.
bool TlsLayer::attend() {
  if (!Scheduler::is_running()) return false;
  Scheduler& scheduler = Scheduler::current("TLS");
  if (&scheduler.backend() != connection_.backend) return false;
  scheduler_ = &scheduler;
  host_ = detail::current_host(scheduler);
  return true;
}

/// Sends what there is room for, now. False if something is left.
bool TlsLayer::push() {
  while (has_unsent() && send_error_ == 0) {
    begin_sending();
    const bool has_room = send_.state == Op::State::completed;
    if (!has_room && !is_idle()) return false;  // it goes on for those who wait
    scheduler_->cancel(send_);                  // which also takes what has left
    if (!has_room) break;
  }
  return !has_unsent();
}

void TlsLayer::end_stream_when_sent() {
  if (!ends_stream_ || has_unsent()) return;
  ends_stream_ = false;
  connection_.backend->shutdown_write(parting_ ? parting_ : connection_.socket);
}

int TlsLayer::shutdown_write() {
  if (attend() && send_error_ == 0) {
    if (writer_ != nullptr) finish(*writer_, -EPIPE);  // as shutdown(2) does
    session_->say_goodbye();
    ends_stream_ = !push() && send_error_ == 0;
    if (ends_stream_) {
      send_courier();
      return 0;
    }
  }
  return connection_.backend->shutdown_write(connection_.socket);
}

/// Takes what has come. The kernel answers unread input with a reset, also where it is but the
/// peer's goodbye.
void TlsLayer::drain() {
  for (std::size_t before = SIZE_MAX; session_->input().size() != before;) {
    before = session_->input().size();
    if (before >= kMostRecordBytes) return;
    begin_receiving();
    if (receive_.state != Op::State::idle) scheduler_->cancel(receive_);
  }
}

/// Whether bytes of the peer would be thrown away by a close.
bool TlsLayer::has_unread() {
  drain();
  bool is_any = false;
  std::size_t moved = 0;
  Session::Outcome outcome = session_->read(scratch(), moved);
  for (; outcome == Session::Outcome::done; outcome = session_->read(scratch(), moved)) {
    is_any = true;
  }
  if (outcome != Session::Outcome::at_end) return is_any || session_->has_partial_record();
  // Behind the peer's goodbye nothing counts (RFC 8446, 6.1), and from 3.2 on OpenSSL calls the
  // goodbye itself pending. Where ours is said, too, nobody minds what was not read (as with TCP).
  return is_any && !session_->has_said_goodbye();
}

/// Without goodbye: if a kill is the reason, so that the peer does not take the torn for the whole;
/// and while somebody waits in a call, which now fails.
StreamLayer::Parting TlsLayer::part() noexcept {
  const bool is_fit = attend() && !scheduler_->is_unwinding() && !has_callers() &&
                      !session_->fault() && send_error_ == 0;
  if (!is_fit) return Parting::close;
  if (!has_courier_ && has_unread()) return Parting::reset;
  session_->say_goodbye();
  if (push() || send_error_ != 0) return Parting::close;
  parting_ = connection_.socket;
  send_courier();
  return Parting::later;
}

}  // namespace rill::tls
