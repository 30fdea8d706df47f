// What a script has done so far, as anybody could note it down who watches the calls and their
// replies: which sockets there are, what they may be used for, how much went into a stream and came
// out of it.
//
// Nothing here decides what TCP should do; it only names things (observe.h), finds out which
// sockets an operation can be applied to (director.h), and says how crowded a stream is
// (normalise.h).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/differential/script.h"

namespace rill::differential {

class Situation {
 public:
  struct End {
    bool is_open = false;  ///< the script may use it
    bool is_connecting = false;
    bool was_accepted = false;
    bool send_waits = false;
    bool recv_waits = false;
    bool has_shut = false;         ///< shutdown_write, or close
    bool is_gone = false;          ///< closed, reset, or never to be accepted
    bool left_unread = false;      ///< bytes lay unread when it went
    bool was_reset = false;        ///< it went by reset, or with its listener
    bool has_heard_error = false;  ///< some call told of one
    bool has_heard_end = false;    ///< recv gave 0
    bool sent_to_gone = false;     ///< sent something after the peer had gone
    std::int64_t sent_bytes = 0;
    std::int64_t received_bytes = 0;
    std::int64_t read_since_full = 0;  ///< by the peer, since a send of this end met a full buffer
    bool is_full = false;              ///< a send met one, and not all has been read since
  };
  struct Listener {
    bool is_open = false;
    bool was_open = false;
    bool accept_waits = false;
    int backlog = 0;
    std::vector<int> queue;  ///< connections, in the order in which they came to be
  };

  void note(const Scene& scene);

  const End& end(int number) const { return ends_[static_cast<std::size_t>(number)]; }
  const End& peer(int number) const { return end(peer_of(number)); }
  const Listener& listener(int number) const {
    return listeners_[static_cast<std::size_t>(number)];
  }
  /// Bytes on the way to `end`, or unread there.
  std::int64_t unread_bytes(int to) const { return peer(to).sent_bytes - end(to).received_bytes; }
  /// A number for the next connection; kNobody if there are enough.
  int free_connection() const;

 private:
  void note_step(const Step& step);
  void note_reply(const Step& step, const Reply& reply);
  void go(int number, bool by_reset);
  End& at(int number) { return ends_[static_cast<std::size_t>(number)]; }

  std::array<End, kEnds> ends_;
  std::array<Listener, kListeners> listeners_;
  std::array<bool, kConnections> is_used_{};
  std::array<int, kConnections> connects_to_{};
};

}  // namespace rill::differential
