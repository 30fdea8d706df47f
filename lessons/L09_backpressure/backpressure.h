// Lesson 9: a chat in which one member does not read.
#pragma once

#include <algorithm>
#include <deque>
#include <list>
#include <string>
#include <utility>

#include "net/net.h"
#include "scheduler/api.h"

/// So many lines may wait for one member, and not one more.
constexpr std::size_t kMostWaiting = 8;

/// Lines that wait to be sent to one member. It takes whatever is put into it: that is the problem.
class Mailbox {
 public:
  explicit Mailbox(std::size_t& longest) : longest_(longest) {}

  /// Never suspends.
  void put(std::string line) {
    lines_.push_back(std::move(line));
    longest_ = std::max(longest_, lines_.size());
    has_mail_.set();
  }
  /// Waits until there is a line, and takes the oldest.
  rill::Task<std::string> take() {
    while (lines_.empty()) {
      has_mail_.clear();
      co_await has_mail_.wait();
    }
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    co_return line;
  }
  std::size_t size() const { return lines_.size(); }

 private:
  std::deque<std::string> lines_;
  rill::Event has_mail_;
  std::size_t& longest_;
};

struct Member {
  Member(rill::Connection c, std::size_t& longest) : connection(std::move(c)), mail(longest) {}
  rill::Connection connection;
  Mailbox mail;
};

/// All who are in the chat.
struct Room {
  std::list<Member> members;
  std::size_t longest = 0;  ///< how long any mailbox ever was
};

/// A member is in the room as long as this lives.
class Presence {
 public:
  Presence(Room& room, rill::Connection connection)
      : room_(room),
        member_(room.members.emplace(room.members.end(), std::move(connection), room.longest)) {}
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  ~Presence() { room_.members.erase(member_); }
  Member& member() { return *member_; }

 private:
  Room& room_;
  std::list<Member>::iterator member_;
};

/// Serves one member until it leaves: every line that it says goes to all others, in order, through
/// their mailboxes. A member for whom kMostWaiting lines are waiting when one more comes does not
/// read: it is thrown out, by connection.reset(). Nobody else is kept waiting for it, nobody who is
/// in the chat misses a line, and nobody who reads is thrown out.
rill::Task<> serve_member(Room& room, rill::Connection connection);
