// The menu at work: who draws, who counts, who is named in stories. See faults.h, engine.h.
#include "simnet/faults.h"

#include "simnet/engine.h"

namespace rill::simnet {

std::string_view to_string(Fault fault) { return name_of(fault); }

const char* name_of(Fault fault) {
  constexpr std::array<const char*, kFaults> kNames = {
      "loss",          "duplication",   "reordering",    "stall",           "cut",
      "cut one way",   "slow link",     "jam",           "short read",      "short write",
      "short segment", "reset",         "silent death",  "connect refused", "connect hangs",
      "connect late",  "backlog full",  "accept EMFILE", "accept aborted",  "crash",
      "pause",         "resolve fails", "resolve slow",  "resolve partial", "resolve stale",
      "clock skew",    "clock drift",   "clock jump",
  };
  return kNames[static_cast<std::size_t>(fault)];
}

void Engine::set_faults(const FaultMenu& menu) {
  FaultMenu all = menu;
  const auto fill_in = [&all](Fault fault, std::uint32_t percent) {
    if (all.per_million(fault) == 0 && percent > 0) all.set(fault, percent * 10'000);
  };
  fill_in(Fault::short_read, options_.short_read_percent);
  fill_in(Fault::short_write, options_.short_write_percent);
  fill_in(Fault::short_segment, options_.short_segment_percent);
  options_.faults = all;
  if (!all.is_empty()) prepare_faults();
  change_host_faults();
}

void Engine::prepare_faults() {
  if (faults_ != nullptr) return;
  faults_ = std::make_unique<FaultState>();
  links_.keep_apart();
  relink();
}

std::uint32_t Engine::draw(Fault fault, std::uint64_t key, std::uint32_t strengths) {
  const std::uint32_t rate = options_.faults.per_million(fault);
  if (rate == 0 || strengths == 0 || !is_live()) return 0;
  // So many that 1 to `strengths` are hit in rate / 10^6 of all draws; 0 and what is beyond mean
  // nothing.
  const std::uint64_t alternatives = 1 + strengths * std::uint64_t{1'000'000} / rate;
  Site& site = context_->sites.at(rill::simnet::name_of(fault), key);
  const std::uint64_t choice = context_->decide(site, alternatives);
  return choice > strengths ? 0 : static_cast<std::uint32_t>(choice);
}

void Engine::count_strike(Fault fault, std::uint64_t key, std::uint64_t strength,
                          std::string_view story) {
  ++fault_counts_[static_cast<std::size_t>(fault)];
  if (context_->trace.enabled()) {
    detail_site(rill::simnet::name_of(fault), key);
    context_->trace.record(EventKind::fault, fault_site(fault, key).key, strength, story);
  }
}

void Engine::tell_fault(std::uint64_t key, std::uint64_t strength, std::string_view story) {
  if (context_->trace.enabled()) {
    detail_site("scenario", key);
    context_->trace.record(EventKind::fault, key, strength, story);
  }
}

void Engine::detail_site(const char* name, std::uint64_t instance) {
  if (!context_->trace.has_recorder()) return;
  EventDetail detail;
  detail.site = name;
  detail.instance = instance;
  context_->trace.set_detail(detail);
}

/// The record of what is on its way to the end in `slot`; a fresh one for a fresh connection.
Flow& Engine::flow_to(std::uint32_t slot) {
  Flow& flow = faults_->flow(slot);
  const Socket& socket = sockets_[slot];
  const std::uint32_t user = socket.generation / 4;
  if (flow.user == user) return flow;
  flow = Flow();
  flow.user = user;
  flow.is_to_server = !socket.owns_ports;
  const HostId client = flow.is_to_server ? socket.peer_host : socket.host;
  const HostId server = flow.is_to_server ? socket.host : socket.peer_host;
  const bool has_twin = socket.peer != kNoSlot &&
                        faults_->flow(socket.peer).user == sockets_[socket.peer].generation / 4;
  flow.number = has_twin ? faults_->flow(socket.peer).number
                         : ++wear_of(links_.between(client, server)).connections;
  flow.key = connection_key(hosts_[client].name, hosts_[server].name, flow.number,
                            flow.is_to_server ? Way::to_server : Way::to_client);
  detail(EventKind::flow, sockets_.number(slot), flow.key);
  return flow;
}

/// "client->server#3": this direction of the third connection that client began with server.
std::string Engine::name_of(const Flow& flow, std::uint32_t slot) const {
  const Socket& to = sockets_[slot];
  return hosts_[to.peer_host].name + "->" + hosts_[to.host].name + "#" +
         std::to_string(flow.number);
}

std::string Engine::name_of_link(std::uint32_t link) {
  return "link " + hosts_[links_[link].from].name + "->" + hosts_[links_[link].to].name;
}

}  // namespace rill::simnet
