// HostQueues: which URL comes next, so that no host is asked too often and none waits for another.
//
// Invariants: at most `per_host` requests to a host are under way, and two of them begin at least
// its delay apart. Hosts take turns; within a host the URL that was found first comes first, so a
// calendar without end gets one page for each page of the rest. Before the first URL of a service -
// a host, by http or by https - comes its robots.txt, and until that has come the service's URLs
// wait, and nobody else's.
// A host that did not answer kSuspectAfter times in a row is asked for one page at a time until it
// does again, and given up after kGiveUpAfter: a dead host costs one connection, not all of them.
// No coroutine and no clock in here: a data structure that is told the time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "net/http/url.h"
#include "scheduler/time.h"

namespace rill::crawler {

class HostQueues {
 public:
  /// So many requests in a row without any answer, and the rest of the host is not asked for.
  static constexpr unsigned kGiveUpAfter = 10;
  static constexpr unsigned kSuspectAfter = 3;

  struct Options {
    std::size_t per_host = 6;
    Duration delay;  ///< from the beginning of one request to that of the next
    bool asks_robots = true;
  };
  /// Something to fetch now. Ends with done(), once.
  struct Job {
    std::size_t host;
    bool is_secure;
    std::optional<std::uint32_t> page;  ///< its number; nothing: the service's robots.txt
    Instant last_start_before;
  };
  enum class Outcome : std::uint8_t {
    answered,
    silent,     ///< no connection, or no answer in time
    not_asked,  ///< nothing was sent: it does not count, also not for the delay
  };

  explicit HostQueues(const Options& options) : options_(options) {}

  void add(const http::Url& url, std::uint32_t number);
  /// The same, from `at` on.
  void add_later(const http::Url& url, std::uint32_t number, Instant at);
  /// Nothing if nothing may be asked for at `now`.
  std::optional<Job> take(Instant now);
  /// The robots.txt of `job` is known: its pages may be taken, `crawl_delay` apart if that is more.
  void open(const Job& job, Duration crawl_delay);
  /// It is not, and is to be asked for again at `at`.
  void ask_again(const Job& job, Instant at);
  void done(const Job& job, Outcome outcome);

  /// When take() may have something, after it had nothing; never() if that depends on add() and
  /// done() alone.
  Instant next_at() const;
  /// URLs that have not been taken.
  std::size_t waiting() const { return waiting_; }
  /// No URL is waiting, and no robots.txt.
  bool is_empty() const { return waiting_ == 0; }
  bool is_given_up(std::size_t host) const { return hosts_[host].silent_in_a_row >= kGiveUpAfter; }
  /// The same host for http and https on their default ports: "name", or "name:8080".
  const std::string& name(std::size_t host) const { return hosts_[host].name; }

 private:
  enum class Robots : std::uint8_t { unknown, asked, known };
  struct Service {
    std::deque<std::uint32_t> waiting;
    Robots robots = Robots::unknown;
  };
  struct Host {
    std::string name;
    std::array<Service, 2> services = {};  // http, https
    std::size_t in_flight = 0;
    unsigned silent_in_a_row = 0;
    Duration delay = {};
    Instant last_start = {INT64_MIN / 2};
    bool is_listed = false;  // in ready_ or timed_
  };
  struct Later {
    std::size_t host;
    bool is_secure;
    std::optional<std::uint32_t> page;
  };

  std::size_t host_of(const http::Url& url);
  void list(std::size_t host);
  void wake(Instant now);
  bool may_start(const Host& host) const;
  Service* next_service(Host& host);

  Options options_;
  std::deque<Host> hosts_;
  std::map<std::string, std::size_t, std::less<>> numbers_;  // by name
  std::deque<std::size_t> ready_;                            // hosts, in turn
  std::set<std::pair<Instant, std::size_t>> timed_;          // hosts whose delay is not over
  std::multimap<Instant, Later> later_;
  std::size_t waiting_ = 0;
};

}  // namespace rill::crawler
