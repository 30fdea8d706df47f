// Where faults are drawn, by names that survive an edit of the program: those of hosts, which of
// the connections between two hosts it is, and which of its directions. An oracle that is to break
// one connection at one byte asks for its site here:
//
//   fault_site(Fault::reset, connection_key("client", "server", 3, Way::to_server))
//
// The nth decision at a site is about the nth opportunity there: the nth segment, the nth recv. See
// simnet/faults.h for what the choices mean.
#pragma once

#include <cstdint>
#include <string_view>

#include "scheduler/fingerprint.h"
#include "scheduler/oracle.h"
#include "simnet/faults.h"

namespace rill::simnet {

/// Which direction of a connection: towards the host that accepted it, or the one that connected.
enum class Way : std::uint8_t { to_server, to_client };

constexpr std::uint64_t key_of_name(std::string_view name) {
  std::uint64_t hash = 0;
  for (const char c : name) hash = scatter(hash ^ static_cast<unsigned char>(c));
  return hash;
}

/// stall, cut, cut_one_way, slow, jam: one direction between two hosts.
constexpr std::uint64_t link_key(std::string_view from, std::string_view to) {
  return scatter(key_of_name(from)) + key_of_name(to);
}

/// Everything that strikes a connection; `number` is 1 for the first that `client` began with
/// `server` since faults are possible. What strikes before there are two directions (connect_...,
/// backlog_full) is drawn at Way::to_client.
constexpr std::uint64_t connection_key(std::string_view client, std::string_view server,
                                       std::uint32_t number, Way way) {
  return scatter(link_key(client, server)) + 2 * std::uint64_t{number} +
         (way == Way::to_server ? 0 : 1);
}

/// accept_...: whoever listens on this port of this host.
constexpr std::uint64_t listener_key(std::string_view host, std::uint16_t port) {
  return scatter(key_of_name(host) + port);
}

/// Everything that strikes a host, its clock, or its questions for names.
constexpr std::uint64_t host_key(std::string_view host) { return key_of_name(host); }

inline Site fault_site(Fault fault, std::uint64_t key) { return {name_of(fault), key}; }
/// Where a reset or silent death that was drawn with strength s gets its byte: 2^(s-1) and the
/// choice here, of 2^(s-1) alternatives.
inline Site byte_site(Fault fault, std::uint64_t key) {
  return {fault == Fault::reset ? "byte of reset" : "byte of silent death", key};
}

}  // namespace rill::simnet
