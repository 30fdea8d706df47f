// Weights, found by looking at which observables stayed rare. See generate.h.
#include "tests/differential/generate.h"

#include <algorithm>

namespace rill::differential {
namespace {

constexpr int kMostOperations = 24;
constexpr int kMostBacklog = 2;
constexpr std::uint16_t kMostBytes = 1000;
constexpr std::uint16_t kManyBytes = 50'000;

rc::Gen<Kind> kinds() {
  return rc::gen::weightedElement<Kind>({
      {4, Kind::listen},
      {1, Kind::listen_busy},
      {2, Kind::listen_again},
      {1, Kind::listen_foreign},
      {10, Kind::connect},
      {1, Kind::connect_nobody},
      {1, Kind::connect_bare},
      {6, Kind::accept},
      {1, Kind::accept_bare},
      {16, Kind::send},
      {5, Kind::fill},
      {14, Kind::recv},
      {8, Kind::drain},
      {3, Kind::start_accept},
      {8, Kind::start_send},
      {6, Kind::start_recv},
      {2, Kind::cancel},
      {6, Kind::shutdown_write},
      {6, Kind::close},
      {4, Kind::reset},
      {2, Kind::close_listener},
      {2, Kind::addresses},
      {1, Kind::recv_on_listener},
      {1, Kind::send_on_listener},
      {1, Kind::accept_on_end},
  });
}

/// Mostly some bytes; now and then none, one, or enough to fill a buffer with a few calls.
rc::Gen<std::uint16_t> sizes() {
  return rc::gen::weightedOneOf<std::uint16_t>({
      {1, rc::gen::just<std::uint16_t>(0)},
      {2, rc::gen::just<std::uint16_t>(1)},
      {9, rc::gen::inRange<std::uint16_t>(2, kMostBytes + 1)},
      {1, rc::gen::just(std::uint16_t{kManyBytes})},
  });
}

/// A size that means something: a backlog, something to receive but never much of it (normalise.h),
/// anything to send.
std::uint16_t fitting(Kind kind, std::uint16_t size) {
  switch (kind) {
    case Kind::listen:
    case Kind::listen_again:
      return static_cast<std::uint16_t>(size % (kMostBacklog + 1));
    case Kind::recv:
    case Kind::start_recv:
      return std::clamp<std::uint16_t>(size, 1, kMostBytes);
    default:
      return size;
  }
}

rc::Gen<Operation> operations() {
  return rc::gen::map(rc::gen::tuple(kinds(), rc::gen::inRange<std::uint8_t>(0, 12), sizes()),
                      [](const std::tuple<Kind, std::uint8_t, std::uint16_t>& parts) {
                        const auto& [kind, pick, size] = parts;
                        return Operation{kind, pick, fitting(kind, size)};
                      });
}

template <class Choice>
auto of_eight(Choice choice) {
  return rc::gen::map(rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 8)), choice);
}

}  // namespace

rc::Gen<Script> scripts() {
  const auto lists = rc::gen::resize(
      kMostOperations,
      rc::gen::container<std::vector<Operation>>(rc::gen::resize(rc::kNominalSize, operations())));
  const auto small = rc::gen::weightedElement<bool>({{30, true}, {1, false}});
  // As numbers, which shrink: mostly one connection, sometimes two or none; mostly IPv4.
  const auto openings = of_eight([](int eighth) {
    return static_cast<std::uint8_t>(eighth == 0 ? 0 : eighth < 6 ? 1 : 2);
  });
  const auto families = of_eight([](int eighth) {
    return eighth < 6 ? Family::ipv4 : eighth == 6 ? Family::ipv6 : Family::dual;
  });
  using Parts = std::tuple<bool, std::uint8_t, Family, std::vector<Operation>>;
  return rc::gen::map(rc::gen::tuple(small, openings, families, lists), [](Parts parts) {
    auto& [small_buffers, connections, family, list] = parts;
    return Script{small_buffers, connections, family, std::move(list)};
  });
}

void showValue(const Script& script, std::ostream& out) {
  out << script.operations.size() << " operations after " << int{script.connections}
      << " connections, "
      << (script.family == Family::ipv4   ? "IPv4, "
          : script.family == Family::ipv6 ? "IPv6, "
                                          : "IPv4 to a listener of IPv6, ")
      << (script.small_buffers ? "small" : "default") << " buffers";
}

}  // namespace rill::differential
