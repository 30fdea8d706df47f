// The public face: hands everything to the engine, and puts sockets into words. See network.h.
#include "simnet/network.h"

#include "scheduler/run_options.h"
#include "simnet/engine.h"

namespace rill::simnet {
namespace {

Address shown(HostId host, AddressKind kind, std::uint16_t port, bool as_mapped) {
  const Address address = Hosts::address(host, kind, port);
  if (!as_mapped) return address;
  Address mapped;  // ::ffff:a.b.c.d (RFC 4291, 2.5.5.2)
  mapped.family = Address::Family::ipv6;
  mapped.port = port;
  mapped.bytes[10] = mapped.bytes[11] = 0xFF;
  for (std::size_t i = 0; i < 4; ++i) mapped.bytes[12 + i] = address.bytes[i];
  return mapped;
}

void check(const LinkOptions& options) {
  if (options.segment_bytes == 0 || options.segment_bytes > 65535) {
    throw UsageError("LinkOptions::segment_bytes must be 1 to 65535");
  }
  if (options.loss_per_million > 1'000'000) {
    throw UsageError("LinkOptions::loss_per_million must be 0 to 1000000");
  }
  if (!options.latency.is_valid()) {
    throw UsageError(
        "LinkOptions::latency must not be negative, nor end before it begins, nor last for ever; "
        "a Pareto tail is 50 to 1000 percent");
  }
}

void check(const FaultMenu& menu) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (menu.per_million(static_cast<Fault>(i)) > 1'000'000) {
      throw UsageError("FaultMenu: more than a million of a million");
    }
  }
}

void check(const HostOptions& options) {
  if (options.send_buffer_bytes == 0 || options.receive_buffer_bytes == 0) {
    throw UsageError("HostOptions: buffers must hold at least one byte");
  }
  if (options.first_ephemeral_port == 0 ||
      options.last_ephemeral_port < options.first_ephemeral_port) {
    throw UsageError("HostOptions: the range of ephemeral ports is empty");
  }
}

const NetworkOptions& checked(const NetworkOptions& options) {
  check(options.link);
  check(options.loopback);
  check(options.host);
  check(options.faults);
  for (const std::uint32_t percent :
       {options.short_read_percent, options.short_write_percent, options.short_segment_percent}) {
    if (percent > 100) throw UsageError("NetworkOptions: a percentage above 100");
  }
  return options;  // NOLINT(bugprone-return-const-ref-from-parameter): used within the call
}

}  // namespace

Network::Network(const NetworkOptions& options)
    : engine_(std::make_unique<Engine>(*this, checked(options))) {}
Network::~Network() = default;

HostId Network::add_host(std::string_view name) { return engine_->add_host(name, nullptr); }
HostId Network::add_host(std::string_view name, const HostOptions& options) {
  check(options);
  return engine_->add_host(name, &options);
}
Address Network::address(HostId host, std::uint16_t port) const {
  engine_->hosts().check(host, "address()");
  return Hosts::address(host, kOwnIpv4, port);
}
Address Network::address_ipv6(HostId host, std::uint16_t port) const {
  engine_->hosts().check(host, "address_ipv6()");
  return Hosts::address(host, kOwnIpv6, port);
}
std::string_view Network::host_name(HostId host) const {
  engine_->hosts().check(host, "host_name()");
  return engine_->hosts()[host].name;
}
void Network::set_host(HostId host, const HostOptions& options) {
  engine_->hosts().check(host, "set_host()");
  check(options);
  engine_->hosts().set_options(host, options);
}

void Network::set_link(HostId from, HostId to, const LinkOptions& options) {
  engine_->hosts().check(from, "set_link()");
  engine_->hosts().check(to, "set_link()");
  check(options);
  engine_->set_link(from, to, options);
}
void Network::set_links(HostId one, HostId other, const LinkOptions& options) {
  set_link(one, other, options);
  set_link(other, one, options);
}
void Network::set_default_link(const LinkOptions& options) {
  check(options);
  engine_->set_default_link(options);
}

void Network::set_faults(const FaultMenu& menu) {
  check(menu);
  engine_->set_faults(menu);
}
std::uint64_t Network::fault_count(Fault fault) const { return engine_->fault_count(fault); }
void Network::cut(HostId one, HostId other, CutMode mode) {
  cut_one_way(one, other, mode);
  cut_one_way(other, one, mode);
}
void Network::cut_one_way(HostId from, HostId to, CutMode mode) {
  engine_->hosts().check(from, "cut()");
  engine_->hosts().check(to, "cut()");
  engine_->cut(from, to, mode);
}
void Network::heal(HostId one, HostId other) {
  heal_one_way(one, other);
  heal_one_way(other, one);
}
void Network::heal_one_way(HostId from, HostId to) {
  engine_->hosts().check(from, "heal()");
  engine_->hosts().check(to, "heal()");
  engine_->heal(from, to);
}
void Network::stall(HostId from, HostId to, Duration length) {
  engine_->hosts().check(from, "stall()");
  engine_->hosts().check(to, "stall()");
  engine_->stall(from, to, length);
}

void Network::add_name(std::string_view name, std::vector<Address> addresses,
                       const NameOptions& options) {
  engine_->add_name(name, std::move(addresses), options);
}
void Network::raise_signal(HostId host, int number) { engine_->raise_signal(host, number); }

void Network::boot(HostId host, std::function<Task<>()> program) {
  engine_->hosts().check(host, "boot()");
  engine_->boot(host, std::move(program));
}
void Network::crash(HostId host) {
  engine_->hosts().check(host, "crash()");
  engine_->crash(host);
}
void Network::restart(HostId host) {
  engine_->hosts().check(host, "restart()");
  engine_->restart(host);
}
void Network::pause(HostId host) {
  engine_->hosts().check(host, "pause()");
  engine_->pause(host);
}
void Network::resume(HostId host) {
  engine_->hosts().check(host, "resume()");
  engine_->resume(host);
}
bool Network::is_up(HostId host) const {
  engine_->hosts().check(host, "is_up()");
  return engine_->is_up(host);
}
void Network::set_clock(HostId host, const ClockOptions& options) {
  engine_->hosts().check(host, "set_clock()");
  if (options.drift_ppm < -500'000 || options.drift_ppm > 500'000) {
    throw UsageError("ClockOptions::drift_ppm must be -500'000 to 500'000");
  }
  engine_->set_clock(host, options);
}
void Network::jump_clock(HostId host, Duration by) {
  engine_->hosts().check(host, "jump_clock()");
  engine_->jump_clock(host, by);
}

std::string Network::describe(std::uint64_t socket_number) const {
  return engine_->describe(socket_number);
}
SocketFacts Network::facts_of(std::uint64_t socket_number) const {
  return engine_->facts_of(socket_number);
}
std::size_t Network::open_sockets() const { return engine_->open_sockets(); }
std::size_t Network::open_sockets(HostId host) const {
  engine_->hosts().check(host, "open_sockets()");
  return engine_->hosts()[host].descriptors;
}
std::size_t Network::socket_records() const { return engine_->socket_records(); }
std::size_t Network::blocks_in_use() const { return engine_->blocks_in_use(); }
std::size_t Network::events_in_flight() const { return engine_->events_in_flight(); }
std::uint64_t Network::events_landed() const { return engine_->events_landed(); }

void Network::cancel(Op& op) { engine_->cancel(op); }
void Network::dispose(Op& op) { engine_->dispose(op); }
Waited Network::wait(Instant deadline) { return engine_->wait(deadline); }
Instant Network::now() { return engine_->now(); }
WallTime Network::wall_clock(HostId host) { return engine_->wall_clock(host); }
void Network::draw_random(HostId host, std::span<std::byte> to) { engine_->draw_random(host, to); }
Listened Network::listen(HostId host, const Address& at, const ListenOptions& options) {
  return engine_->listen(host, at, options);
}
void Network::close(Handle socket) { engine_->close(socket); }
void Network::reset(Handle socket) { engine_->reset(socket); }
int Network::shutdown_write(Handle socket) { return engine_->shutdown_write(socket); }
Address Network::local_address(Handle socket) { return engine_->local_address(socket); }
Address Network::peer_address(Handle socket) { return engine_->peer_address(socket); }
TaskId Network::task_at_other_end(Handle socket) { return engine_->task_at_other_end(socket); }
void Network::attach(RunContext& context) { engine_->attach(context); }
void Network::detach() { engine_->detach(); }
void Network::at_safe_point(Scheduler& scheduler) { engine_->carry_out_orders(scheduler); }
bool Network::has_plans() const { return engine_->has_plans(); }
std::uint32_t Network::steps_between_waits() const {
  return engine_->options().step_cost.ns > 0 ? 1 : Backend::steps_between_waits();
}
void Network::step_ended(const TaskControl& task) { engine_->step_ended(task); }

Address Engine::local_address(Handle handle) {
  const Socket* const socket = sockets_.find(handle);
  return socket != nullptr ? local_address(*socket) : Address();
}

Address Engine::local_address(const Socket& socket) const {
  if (socket.state == Socket::State::listening) return listeners_[socket.listener].bound;
  return shown(socket.host, socket.kind, socket.port, socket.shows_mapped);
}

Address Engine::peer_address(Handle handle) {
  const Socket* const socket = sockets_.find(handle);
  return socket != nullptr ? peer_address(*socket) : Address();
}

Address Engine::peer_address(const Socket& socket) {
  if (socket.peer_host == kNoHost) return {};
  return shown(socket.peer_host, socket.kind, socket.peer_port, socket.shows_mapped);
}

SocketFacts Engine::facts_of(std::uint64_t number) const {
  const auto slot = static_cast<std::uint32_t>(number) - 1;
  if (!sockets_.exists(slot) || sockets_.number(slot) != number) return {};
  const Socket& socket = sockets_[slot];
  SocketFacts facts;
  facts.is_known = true;
  facts.is_listener = socket.state == Socket::State::listening;
  facts.has_connected = socket.owns_ports;
  facts.host = socket.host;
  if (socket.peer != kNoSlot) facts.peer = sockets_.number(socket.peer);
  facts.local = local_address(socket);
  facts.remote = peer_address(socket);
  return facts;
}

TaskId Engine::task_at_other_end(Handle handle) {
  const Socket* const socket = sockets_.find(handle);
  if (socket == nullptr || socket->peer == kNoSlot) return 0;
  const Socket& other = sockets_[socket->peer];
  if (other.peer != handle.slot) return 0;
  for (const Op* waiting : {other.reading, other.writing}) {
    if (waiting == nullptr) continue;
    const TaskControl* task = waiting->task;
    if (waiting->completer != nullptr) task = waiting->completer->beneficiary(*waiting);
    if (task != nullptr) return task->id;
  }
  return 0;
}

std::string Engine::describe(std::uint64_t number) const {
  const auto slot = static_cast<std::uint32_t>(number) - 1;
  if (!sockets_.exists(slot) || sockets_.number(slot) != number) {
    return "socket " + std::to_string(number) + " (gone)";
  }
  const auto end = [this](HostId host, std::uint16_t port) {
    const std::string name = host == kNoHost ? "nowhere" : hosts_[host].name;
    return name + ":" + std::to_string(port);
  };
  const Socket& socket = sockets_[slot];
  if (socket.state == Socket::State::listening)
    return end(socket.host, socket.port) + " (listening)";
  return end(socket.host, socket.port) + " -> " + end(socket.peer_host, socket.peer_port);
}

}  // namespace rill::simnet
