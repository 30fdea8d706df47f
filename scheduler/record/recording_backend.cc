// Forwards, and writes down. See recording_backend.h.
#include "scheduler/record/recording_backend.h"

#include <algorithm>
#include <utility>

#include "scheduler/record/completion.h"
#include "scheduler/run_options.h"

namespace rill::record {
namespace {

Header completed(Header header, const Backend& inner) {
  header.backend = inner.name();
  header.steps_between_waits = inner.steps_between_waits();
  return header;
}

Entry of_socket(EntryKind kind, Handle socket) {
  Entry entry;
  entry.kind = kind;
  entry.on = socket;
  return entry;
}

}  // namespace

RecordingBackend::RecordingBackend(Backend& inner, std::string path, Header header)
    : inner_(inner), log_(std::move(path), completed(std::move(header), inner)) {}

void RecordingBackend::log(Entry& entry, std::string_view bytes) {
  if (!is_in_run_) return;
  log_.append(entry);
  tell_trace(context_->trace, entry, bytes);
}

void RecordingBackend::attach(RunContext& context) {
  Backend::attach(context);
  if (!context.trace.enabled()) context.trace.enable(nullptr);
  inner_context_ = RunContext();
  inner_context_.oracle = context.oracle;
  inner_.attach(inner_context_);
  is_in_run_ = true;
  Entry entry;
  entry.kind = EntryKind::begin;
  log(entry);
}

void RecordingBackend::detach() {
  const std::string fingerprint = context_->trace.fingerprint().hex();
  Entry entry;
  entry.kind = EntryKind::end;
  entry.bytes = fingerprint;
  log(entry);
  is_in_run_ = false;
  inner_.detach();
  Backend::detach();
}

/// Where the number of an operation in flight is kept.
std::uint64_t& RecordingBackend::number_of(const Op& op) {
  const bool is_writing = op.kind == OpKind::send || op.kind == OpKind::send_file;
  if (op.kind != OpKind::recv && op.kind != OpKind::accept && !is_writing) return other_ops_[&op];
  if (op.on.slot >= sockets_.size()) sockets_.resize(std::max<std::size_t>(64, op.on.slot * 2 + 1));
  SocketOps& socket = sockets_[op.on.slot];
  return is_writing ? socket.writing : socket.reading;
}

void RecordingBackend::submit(Op& op) {
  Entry entry = submit_entry(op);
  log(entry);
  const std::uint64_t number = ++submits_;
  inner_.submit(op);
  // Most come back at once; and one on a socket that is closed must not take the place of another.
  Op* const first = inner_.take_completed();
  if (first != &op) number_of(op) = number;
  if (first != nullptr) hand_back(*first, first == &op ? number : take_number(*first));
  if (inner_.has_completed()) hand_back();
}

void RecordingBackend::cancel(Op& op) {
  Entry entry;
  entry.kind = EntryKind::cancel;
  entry.number = number_of(op);
  log(entry);
  inner_.cancel(op);
  hand_back();
}

std::uint64_t RecordingBackend::take_number(const Op& op) {
  const std::uint64_t number = std::exchange(number_of(op), 0);
  if (!other_ops_.empty()) other_ops_.erase(&op);
  return number;
}

void RecordingBackend::hand_back() {
  while (Op* const op = inner_.take_completed()) hand_back(*op, take_number(*op));
}

void RecordingBackend::hand_back(Op& op, std::uint64_t number) {
  std::string_view bytes;
  Entry entry = completion_entry(op, number, bytes);
  log(entry, bytes);
  complete(op, op.result);
}

void RecordingBackend::dispose(Op& op) {
  if (const Handle unread = opened_by(op)) {
    Entry entry = of_socket(EntryKind::dispose, unread);
    log(entry);
  }
  inner_.dispose(op);
  hand_back();
}

Waited RecordingBackend::wait(Instant deadline) {
  Entry entry = wait_entry(deadline, log_.memory().time);
  // The wrapped backend does not know what we have not handed on yet.
  const Waited waited = inner_.wait(has_completed() ? Instant{} : deadline);
  entry.is_idle = waited == Waited::idle;
  entry.at = inner_.now();
  log(entry);
  hand_back();
  heed_inner();
  return waited;
}

/// What the wrapped backend wants of the run besides completions.
void RecordingBackend::heed_inner() {
  std::exception_ptr failure = std::exchange(inner_context_.failure_of_backend, nullptr);
  if (inner_context_.wants_safe_point || inner_context_.clocks != nullptr) {
    failure = std::make_exception_ptr(
        UsageError("a simulated run in which hosts boot, crash, pause or have clocks of their own "
                   "cannot be recorded: its seed repeats it"));
  }
  if (failure && !context_->failure_of_backend) context_->failure_of_backend = std::move(failure);
}

Instant RecordingBackend::now() {
  Entry entry;
  entry.kind = EntryKind::now;
  entry.at = inner_.now();
  log(entry);
  return entry.at;
}

WallTime RecordingBackend::wall_clock(HostId host) {
  Entry entry;
  entry.kind = EntryKind::wall_clock;
  entry.result = inner_.wall_clock(host).ns;
  log(entry);
  return WallTime{entry.result};
}

Listened RecordingBackend::listen(HostId host, const Address& at, const ListenOptions& options) {
  Entry entry = listen_entry(at, options);
  const Listened listened = inner_.listen(host, at, options);
  entry.opened = listened.handle;
  entry.told = listened.bound;
  entry.result = listened.error;
  log(entry);
  return listened;
}

void RecordingBackend::close(Handle socket) {
  Entry entry = of_socket(EntryKind::close, socket);
  log(entry);
  inner_.close(socket);
  hand_back();
}

void RecordingBackend::reset(Handle socket) {
  Entry entry = of_socket(EntryKind::reset, socket);
  log(entry);
  inner_.reset(socket);
  hand_back();
}

int RecordingBackend::shutdown_write(Handle socket) {
  Entry entry = of_socket(EntryKind::shutdown_write, socket);
  entry.result = inner_.shutdown_write(socket);
  log(entry);
  hand_back();
  return static_cast<int>(entry.result);
}

Address RecordingBackend::local_address(Handle socket) {
  Entry entry = of_socket(EntryKind::local_address, socket);
  entry.told = inner_.local_address(socket);
  log(entry);
  return entry.told;
}

Address RecordingBackend::peer_address(Handle socket) {
  Entry entry = of_socket(EntryKind::peer_address, socket);
  entry.told = inner_.peer_address(socket);
  log(entry);
  return entry.told;
}

}  // namespace rill::record
