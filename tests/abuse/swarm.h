// Swarm: thousands of clients of one server, in one thread, each with the same few ill manners.
//
//   Swarm swarm(httpd.port());
//   swarm.connect({.opening = "GET / HTTP/1.1\r\nX: ", .drip = "a"}, 5000);
//   swarm.run_until([&] { return swarm.ended() == 5000; }, seconds(20));
//
// Manners are data, so that an attack reads as a table. Nothing happens outside of connect() and
// run_...(). What was seen of each client can be looked at afterwards.
#pragma once

#include <deque>
#include <functional>
#include <queue>
#include <string>
#include <vector>

#include "tests/abuse/raw_socket.h"

struct epoll_event;

namespace rill::abuse {

struct Manner {
  enum class Reads : std::uint8_t { all, nothing, one_byte_a_drip };

  std::string opening = {};  ///< sent when connected
  std::string drip = {};     ///< then one byte of it each `drip_every`, round and round
  milliseconds drip_every{1000};
  Reads reads = Reads::all;
  int receive_buffer_bytes = 0;  ///< 0: the kernel's choice

  bool operator==(const Manner&) const = default;
};

struct SwarmClient {
  enum class End : std::uint8_t { none, end_of_stream, reset };

  RawSocket socket;
  std::size_t manner = 0;          ///< its number, in order of Swarm::connect()
  Clock::time_point began_at;      ///< to connect
  Clock::time_point connected_at;  ///< as far as this process has noticed
  Clock::time_point ended_at;      ///< when it saw the first sign of the end: that, or a refusal
  End end = End::none;
  std::size_t sent_bytes = 0;
  std::size_t received_bytes = 0;
  std::string first_bytes;  ///< of what came, up to 12: "HTTP/1.1 408"
};

class Swarm {
 public:
  explicit Swarm(std::uint16_t port);
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;
  ~Swarm();

  /// So many more clients, all connected when it returns. False if some could not within kPatience.
  bool connect(const Manner& manner, std::size_t count);
  /// Lets all of them be as they are.
  void run_for(Clock::duration time);
  /// Until then; false after `patience`. `condition` is looked at every few milliseconds.
  bool run_until(const std::function<bool()>& condition, Clock::duration patience);
  /// Each client that has not ended sends `text`, as far as the kernel takes it at once.
  void say(std::string_view text);

  std::size_t count() const { return clients_.size(); }
  /// How many have seen the end of the stream, or a reset.
  std::size_t ended() const { return ended_; }
  std::size_t received_bytes() const { return received_bytes_; }
  std::deque<SwarmClient>& clients() { return clients_; }
  /// All of them go, at once; the clients are forgotten.
  void close_all();
  void reset_all();

 private:
  struct Due {
    Clock::time_point at;
    std::size_t client;
    bool operator<(const Due& other) const { return at > other.at; }  // the earliest on top
  };

  void poll(int limit_ms);
  void on_event(SwarmClient& client, std::size_t number, std::uint32_t events);
  void open(SwarmClient& client, std::size_t number);
  void read(SwarmClient& client, std::size_t most_bytes);
  void end(SwarmClient& client, SwarmClient::End how);
  void drip(SwarmClient& client, std::size_t number);
  void forget();

  std::uint16_t port_;
  int epoll_;
  std::deque<Manner> manners_;
  std::deque<SwarmClient> clients_;
  std::priority_queue<Due> due_;
  std::size_t opened_ = 0;
  std::size_t ended_ = 0;
  std::size_t received_bytes_ = 0;
  std::vector<char> buffer_;
};

}  // namespace rill::abuse
