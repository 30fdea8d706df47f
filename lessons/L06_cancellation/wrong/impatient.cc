// Wrong: it waits for an answer only for a while, and then sends the next command all the same.
#include <exception>

#include "lessons/L06_cancellation/cancellation.h"

using namespace rill;

namespace {

/// What the parts of a conversation share.
struct Talk {
  Connection& connection;
  const std::vector<std::string>& commands;
  Event& stop;
  int answered = 0;
  std::exception_ptr error;
  Event at_rest;  ///< no command is half sent
  Event is_over;  ///< all are answered, or `stop` is set
};

/// So much is enough for any server that is well.
constexpr Duration kPatience = milliseconds(100);

Task<> read_answer(Talk& talk) {
  const std::string answer = co_await talk.connection.readline();
  if (!answer.empty()) ++talk.answered;
}

Task<> send_commands(Talk& talk) {
  try {
    for (const std::string& command : talk.commands) {
      if (talk.stop.is_set()) break;
      const std::string line = command + "\r\n";
      talk.at_rest.clear();
      co_await talk.connection.sendall(line);
      talk.at_rest.set();
      const Outcome outcome = co_await timeout(kPatience, read_answer(talk));
      static_cast<void>(outcome);  // whether it came or not
    }
  } catch (const NetError&) {
    talk.error = std::current_exception();
  }
  talk.at_rest.set();
  talk.is_over.set();
}

Task<> hear_stop(Talk& talk) {
  co_await talk.stop.wait();
  talk.is_over.set();
}

Task<> wait_until_at_rest(Talk& talk) { co_await talk.at_rest.wait(); }

Task<> say_goodbye(Talk& talk) {
  co_await talk.connection.sendall("QUIT\r\n");
  talk.connection.shutdown_write();
  for (;;) {
    const std::string late = co_await talk.connection.readline();
    if (late.empty()) co_return;
    ++talk.answered;  // to a command that was under way
  }
}

}  // namespace

Task<int> converse(Connection& connection, std::vector<std::string> commands, Event& stop) {
  Talk talk{connection, commands, stop, 0, nullptr, {}, {}};
  talk.at_rest.set();
  Instant deadline;
  bool is_at_rest = true;
  {
    Group tasks;
    tasks.spawn(send_commands, std::ref(talk));
    tasks.spawn(hear_stop, std::ref(talk));
    co_await talk.is_over.wait();
    deadline = now() + kGrace;
    const Outcome outcome = co_await timeout(kGrace, wait_until_at_rest(talk));
    is_at_rest = outcome == Outcome::finished;
  }  // whoever still waits is killed here
  if (talk.error) std::rethrow_exception(talk.error);
  if (!is_at_rest) {
    connection.reset();
    co_return talk.answered;
  }
  const Outcome outcome = co_await timeout(deadline - now(), say_goodbye(talk));
  if (outcome != Outcome::finished) connection.reset();
  co_return talk.answered;
}
