// What the network tells: connections, bytes and their ways. See recorder.h.
#include "scheduler/backend.h"
#include "scheduler/trace/recorder.h"

namespace rill::trace {

void Recorder::on_network(const TraceEvent& event) {
  switch (event.kind) {
    case EventKind::listen:
      return on_listen(event);
    case EventKind::connect:
      return on_connect(event);
    case EventKind::established:
      return on_established(event, Kind::established);
    case EventKind::accept:
      return on_established(event, Kind::accept);
    case EventKind::send:
      return on_send(event);
    case EventKind::segment:
      return on_segment(event);
    case EventKind::lost:
      return on_lost(event);
    case EventKind::resent:
      return on_resent(event);
    case EventKind::deliver:
      return on_arrival(event, Kind::deliver);
    case EventKind::dropped:
      return on_arrival(event, Kind::lost);
    case EventKind::recv:
      return on_recv(event);
    case EventKind::shutdown:
      return on_ending(event, Kind::shutdown);
    case EventKind::end_of_stream:
      return on_ending(event, Kind::end_of_stream);
    case EventKind::reset:
      return on_ending(event, Kind::reset);
    case EventKind::close:
      return on_close(event);
    case EventKind::refuse:
      return on_refuse(event);
    case EventKind::resolve:
      return on_resolve(event);
    case EventKind::signal:
      return on_signal(event);
    default:
      return;
  }
}

/// Begins a record that happens at a socket: that of the event, if no other is named.
TracedSocket& Recorder::begin_at(Kind kind, const TraceEvent& event, TracedSocket& socket) {
  begin(kind, event);
  record_.host = told_host(socket.host);
  record_.conn = socket.conn;
  record_.end = socket.end;
  record_.socket = socket.listener;
  return socket;
}

void Recorder::set_bytes(std::uint64_t offset, std::uint64_t bytes, std::string_view data) {
  record_.offset = offset;
  record_.bytes = bytes;
  record_.data = data.substr(0, options_.most_data_bytes);
}

/// "from" is the address of end a, "to" that of end b.
void Recorder::set_addresses(const TracedSocket& socket, std::string_view remote) {
  facts_ = surroundings_.socket(socket.number);
  if (facts_.remote.empty()) facts_.remote = remote;
  record_.from = socket.end == End::a ? facts_.local : facts_.remote;
  record_.to = socket.end == End::a ? facts_.remote : facts_.local;
}

void Recorder::on_listen(const TraceEvent& event) {
  const TracedSocket& socket = begin_at(Kind::listen, event);
  record_.port = event.b;
  facts_ = surroundings_.socket(socket.number);
  record_.address = facts_.local;
  write();
}

void Recorder::on_connect(const TraceEvent& event) {
  TracedSocket& socket = begin_at(Kind::connect, event);
  set_addresses(socket, event.detail->more);
  record_.again = socket.connected != 0;
  record_.cause = socket.connected;
  const std::uint64_t n = write();
  if (socket.connected == 0) socket.connected = n;
  if (running_ != nullptr) running_->connecting = socket.number;
}

/// It, or its being accepted: socket `b` is the listener.
void Recorder::on_established(const TraceEvent& event, Kind kind) {
  TracedSocket& socket = begin_at(kind, event);
  set_addresses(socket);
  TracedSocket* listener = nullptr;
  if (kind == Kind::accept && event.b != 0) {
    listener = &connections_.of(event.b);
    record_.socket = listener->listener;
  }
  const std::uint64_t n = write();
  socket.to_reader = n;
  if (listener != nullptr) listener->to_reader = n;
}

void Recorder::on_send(const TraceEvent& event) {
  TracedSocket& socket = begin_at(Kind::send, event);
  set_bytes(socket.sent, event.b, event.text);
  socket.sent += event.b;
  socket.to_writer = write();
}

void Recorder::on_segment(const TraceEvent& event) {
  TracedSocket& reader = connections_.of(event.a);
  TracedSocket* const writer = connections_.peer_of(reader);
  if (writer == nullptr) return;
  begin_at(Kind::segment, event, *writer);
  set_bytes(writer->left, event.b);
  const std::uint64_t n = write();
  reader.coming.push_back({n, n, writer->left, event.b});
  writer->left += event.b;
}

/// The segment that an event of a loss is about.
static InFlight* held_back(TracedSocket& reader, std::uint64_t behind) {
  if (behind >= reader.coming.size()) return nullptr;
  return &reader.coming[reader.coming.size() - 1 - behind];
}

void Recorder::on_lost(const TraceEvent& event) {
  TracedSocket& reader = connections_.of(event.a);
  TracedSocket* const writer = connections_.peer_of(reader);
  InFlight* const segment = held_back(reader, event.detail->behind);
  if (writer == nullptr || segment == nullptr) return;
  begin_at(Kind::lost, event, *writer);
  set_bytes(segment->offset, segment->bytes);
  record_.cause = segment->last;
  record_.text = event.text;
  write();
}

void Recorder::on_resent(const TraceEvent& event) {
  TracedSocket& reader = connections_.of(event.a);
  TracedSocket* const writer = connections_.peer_of(reader);
  InFlight* const segment = held_back(reader, event.detail->behind);
  if (writer == nullptr || segment == nullptr) return;
  begin_at(Kind::segment, event, *writer);
  set_bytes(segment->offset, segment->bytes);
  record_.again = true;
  record_.cause = segment->first;
  segment->last = write();
}

/// The first segment on its way to the socket is there; what is dropped is lost for its writer.
void Recorder::on_arrival(const TraceEvent& event, Kind kind) {
  TracedSocket& reader = connections_.of(event.a);
  TracedSocket* const writer = connections_.peer_of(reader);
  const InFlight segment = reader.coming.empty() ? InFlight{} : reader.coming.pop_front();
  if (kind == Kind::deliver) {
    begin_at(kind, event);
    set_bytes(reader.arrived, event.b);
    reader.arrived += event.b;
  } else {
    if (writer == nullptr) return;
    begin_at(kind, event, *writer);
    set_bytes(segment.offset, event.b);
    record_.text = "nobody is there any more";
  }
  record_.cause = segment.last;
  write();
}

void Recorder::on_recv(const TraceEvent& event) {
  TracedSocket& socket = begin_at(Kind::recv, event);
  set_bytes(socket.read, event.b, event.text);
  socket.read += event.b;
  socket.to_reader = write();
}

/// Shutdown, end of stream, reset.
void Recorder::on_ending(const TraceEvent& event, Kind kind) {
  TracedSocket& socket = begin_at(kind, event);
  const TracedSocket* const peer = connections_.peer_of(socket);
  if (kind == Kind::end_of_stream && peer != nullptr) {
    record_.cause = peer->fin != 0 ? peer->fin : socket.broken;  // it was closed without
  }
  if (kind == Kind::reset) {
    record_.cause = socket.broken != 0 ? socket.broken : peer != nullptr ? peer->broken : 0;
  }
  const std::uint64_t n = write();
  if (kind == Kind::shutdown) {
    socket.fin = n;
  } else {
    socket.to_reader = n;
  }
  if (kind == Kind::reset) socket.to_writer = n;
}

void Recorder::on_close(const TraceEvent& event) {
  TracedSocket& socket = begin_at(Kind::close, event);
  const std::uint64_t n = write();
  TracedSocket* const peer = connections_.peer_of(socket);
  if (peer != nullptr && peer->broken == 0) peer->broken = n;
  if (socket.to_reader == 0) socket.to_reader = n;  // a connect that failed
}

void Recorder::on_refuse(const TraceEvent& event) {
  TracedSocket& socket = begin_at(Kind::refuse, event);
  record_.host = {};  // it happens where nobody listens
  record_.port = event.b;
  socket.broken = write();
}

void Recorder::on_resolve(const TraceEvent& event) {
  LiveRecord& record = begin(Kind::resolve, event);
  record.name = event.text;
  record.addresses = event.detail->more;
  const Op* const question = event.detail->op;
  TracedTask* const asker = tasks_.of(question != nullptr ? question->task : nullptr);
  if (asker != nullptr && asker->host < hosts_.size()) record.host = hosts_[asker->host];
  const std::uint64_t n = write();
  if (asker != nullptr) asker->resolved = n;
}

void Recorder::on_signal(const TraceEvent& event) {
  begin(Kind::signal, event);
  const auto host = static_cast<HostId>(event.b);
  record_.host = told_host(host);
  record_.signal = event.a;
  last_signal_ = write();
}

}  // namespace rill::trace
