// The one door for nondeterminism. Whatever could go either way - which ready task runs, how many
// bytes arrive at once, how long a segment takes, whether a fault fires - is one call
// decide(site, alternatives). Seeded, replaying, exhaustive: all are oracles behind it.
//
// A decision is keyed by its site and its count at that site, not by its place in the order of
// draws: the seeded oracle computes it from (seed, site, count) alone. So an unrelated await or log
// line, inserted later, leaves all other decisions as they were, and a single one can be shrunk
// away.
#pragma once

#include <cstdint>
#include <string_view>

#include "scheduler/ids.h"

namespace rill {

/// One step of splitmix64 (public domain, Vigna 2015): a bijection that scatters all bits.
constexpr std::uint64_t scatter(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/// A place where choices are made; owned by what makes them (a link, a listener, the ready list).
/// `name` must be a literal. Sites with the same name and instance are the same site to an oracle.
struct Site {
  constexpr Site(const char* site_name, std::uint64_t site_instance)
      : name(site_name), instance(site_instance), key(key_of(site_name, site_instance)) {}

  const char* name;
  std::uint64_t instance;
  std::uint64_t key;        ///< the same on every machine: from the name's letters and the instance
  std::uint64_t count = 0;  ///< decisions made here so far
  HostId host = 0;          ///< whom the next decision is about, where that is one host

 private:
  static constexpr std::uint64_t key_of(std::string_view text, std::uint64_t number) {
    std::uint64_t hash = scatter(number);
    for (const char c : text) hash = scatter(hash ^ static_cast<unsigned char>(c));
    return hash;
  }
};

class Oracle {
 public:
  Oracle() = default;
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  virtual ~Oracle() = default;

  /// A number below `alternatives` (>= 2). Counts the decision in site.count.
  virtual std::uint64_t decide(Site& site, std::uint64_t alternatives) = 0;
  /// Whether it wants to choose the next task among the ready ones. If not, first come, first
  /// served.
  virtual bool orders_tasks() const = 0;
  /// Behind whom a ready task can be held back.
  enum class Line : std::uint8_t {
    open,     ///< behind the ready ones, and as many that will get ready
    present,  ///< behind the ready ones only
    /// Behind the ready ones of its host, since hosts share nothing but the network: what runs on
    /// different hosts at one instant commutes, and need not be tried both ways. Host 0, where a
    /// scenario's own tasks are, takes part in every host's line.
    each_host,
  };
  virtual Line line() const { return Line::open; }
};

/// Draws each decision from (seed, site, count).
class SeededOracle final : public Oracle {
 public:
  enum class Order : std::uint8_t { fifo, random };

  explicit SeededOracle(std::uint64_t seed, Order order = Order::fifo)
      : seed_(scatter(seed)), order_(order) {}

  std::uint64_t decide(Site& site, std::uint64_t alternatives) override {
    const std::uint64_t bits = scatter(seed_ ^ scatter(site.key + site.count++));
    // Multiply-shift: integers only, and no loop whose length depends on the draw.
    return static_cast<std::uint64_t>(static_cast<unsigned __int128>(bits) * alternatives >> 64);
  }
  bool orders_tasks() const override { return order_ == Order::random; }

 private:
  std::uint64_t seed_;
  Order order_;
};

}  // namespace rill
