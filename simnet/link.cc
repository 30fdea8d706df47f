// Which link joins two hosts. See link.h.
#include "simnet/link.h"

namespace rill::simnet {
Links::Links(const LinkOptions& between, const LinkOptions& loopback) {
  constexpr HostId kAnyHost = UINT32_MAX;
  add(kAnyHost, kAnyHost, keep(between), false);
  add(kAnyHost, kAnyHost, keep(loopback), false);
}

std::uint32_t Links::between(HostId from, HostId to) {
  const std::uint32_t own = find(from, to);
  if (own != IdTable::kNone) return own;
  const std::uint32_t shared = from == to ? kLoopback : kDefault;
  const LinkOptions* const options = links_[shared].options;
  return can_be_shared(*options) ? shared : add(from, to, options, false);
}

void Links::set(HostId from, HostId to, const LinkOptions& options) {
  const LinkOptions* const kept = keep(options);
  const std::uint32_t own = find(from, to);
  if (own == IdTable::kNone) {
    add(from, to, kept, true);
  } else {
    links_[own].options = kept;
    links_[own].is_explicit = true;
  }
}

void Links::set_default(const LinkOptions& options) {
  const LinkOptions* const kept = keep(options);
  for (Link& link : links_) {
    const bool is_loopback =
        &link == &links_[kLoopback] || (link.from == link.to && &link != &links_[kDefault]);
    if (!link.is_explicit && !is_loopback) link.options = kept;
  }
}

Links::Words Links::in_words(const Latency& latency, std::uint64_t choice) {
  constexpr std::string_view kBefore = "this segment takes ";
  constexpr std::string_view kBetween = " instead of ";
  static_assert(kBefore.size() + kBetween.size() <= 32);
  Words words;
  char* to = words.text.data();
  to = put(to + kBefore.copy(to, kBefore.size()), latency.at(choice));
  to = put(to + kBetween.copy(to, kBetween.size()), latency.least);
  words.size_bytes = static_cast<std::size_t>(to - words.text.data());
  return words;
}

bool Links::is_full(const Link& link, std::uint32_t size_bytes, Instant at) {
  const LinkOptions& options = *link.options;
  if (options.queue_bytes == 0 || options.bytes_per_second == 0 || link.busy_until <= at) {
    return false;  // what finds the link free is let out, however large
  }
  const auto queued_bytes = static_cast<unsigned __int128>((link.busy_until - at).ns) *
                            options.bytes_per_second / 1'000'000'000;
  return queued_bytes + size_bytes > options.queue_bytes;
}

std::uint32_t Links::find(HostId from, HostId to) const {
  return table_.find(scatter(key(from, to)), [&](std::uint32_t link) {
    return links_[link].from == from && links_[link].to == to;
  });
}

std::uint32_t Links::add(HostId from, HostId to, const LinkOptions* options, bool is_explicit) {
  const auto number = static_cast<std::uint32_t>(links_.size());
  links_.push_back({from, to, options, Instant(), Site("latency", key(from, to)), is_explicit});
  if (number > kLoopback) table_.insert(scatter(key(from, to)), number);
  return number;
}

/// Scenarios often set many links alike, one after the other: those share.
const LinkOptions* Links::keep(const LinkOptions& options) {
  if (options_.empty() || options_.back() != options) options_.push_back(options);
  return &options_.back();
}

bool Links::can_be_shared(const LinkOptions& options) const {
  return !keeps_apart_ && !options.latency.is_random() && options.bytes_per_second == 0;
}

}  // namespace rill::simnet
