// Wording. See words.h.
#include "tests/differential/words.h"

#include <cerrno>
#include <cstring>
#include <string_view>

namespace rill::differential {
namespace {

constexpr std::size_t kDoneWidth = 56;
constexpr std::size_t kReplyWidth = 38;

std::string end_name(int end) {
  return (end % 2 == 0 ? "client " : "server ") + std::to_string(end / 2 + 1);
}
std::string listener_name(int listener) {
  return std::string("listener ") + (listener == 0 ? "A" : "B");
}

std::string bytes_text(std::int64_t bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string result_text(std::int64_t result) {
  if (result == -EAGAIN) return "would wait";
  if (result < 0) return strerrorname_np(static_cast<int>(-result));
  return "ok";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string_view waiting_call(Call call) {
  switch (call) {
    case Call::accept:
      return "accept";
    case Call::connect:
      return "connect";
    case Call::send:
      return "send";
    default:
      return "recv";
  }
}

/// The columns of one line.
std::string line(const std::string& done, const std::string& kernel, const std::string& sim) {
  return padded(done, kDoneWidth) + "| " + padded(kernel, kReplyWidth) + "| " + sim + "\n";
}

}  // namespace

std::string to_string(Kind kind) {
  static constexpr const char* kWords[kKinds] = {
      "listens",
      "listens on the port of the open one",
      "listens on its old port",
      "listens on a foreign address",
      "connects",
      "connects where nobody listens",
      "connects with no descriptor left",
      "accepts",
      "accepts with no descriptor left",
      "sends",
      "sends until it would wait",
      "receives",
      "receives until it would wait",
      "starts to accept",
      "starts to send",
      "starts to receive",
      "gives up what waits",
      "ends its side",
      "closes",
      "resets",
      "closes",
      "compares addresses",
      "receives",
      "sends",
      "accepts",
  };
  return kWords[static_cast<std::size_t>(kind)];
}

std::string to_string(const Step& step) {
  const std::string words = to_string(step.kind);
  const std::string size = " " + std::to_string(step.size);
  switch (step.kind) {
    case Kind::listen:
    case Kind::listen_again:
      return listener_name(step.on) + " " + words + ", backlog" + size;
    case Kind::connect:
    case Kind::connect_bare:
      return end_name(client_of(step.connection)) + " " + words + " to " + listener_name(step.on);
    case Kind::connect_nobody:
      return end_name(client_of(step.connection)) + " " + words;
    case Kind::listen_busy:
    case Kind::listen_foreign:
    case Kind::accept:
    case Kind::accept_bare:
    case Kind::start_accept:
    case Kind::close_listener:
    case Kind::recv_on_listener:
    case Kind::send_on_listener:
      return listener_name(step.on) + " " + words;
    case Kind::send:
    case Kind::recv:
    case Kind::start_send:
    case Kind::start_recv:
      return end_name(step.on) + " " + words + size;
    case Kind::cancel:
      return (step.on >= kEnds ? listener_name(step.on - kEnds) : end_name(step.on)) + " " + words;
    default:
      return end_name(step.on) + " " + words;
  }
}

std::string to_string(const Reply& reply) {
  std::string text = result_text(reply.result);
  switch (reply.call) {
    case Call::accept:
      if (reply.result == 0) {
        text = reply.who == kNobody ? "an unknown connection"
                                    : "connection " + std::to_string(reply.who + 1);
      }
      break;
    case Call::send:
      if (reply.result >= 0) text = bytes_text(reply.result);
      break;
    case Call::recv:
      if (reply.result > 0) text = bytes_text(reply.result);
      if (reply.result == 0) text = "end";
      break;
    case Call::fill:
    case Call::drain:
      if (reply.call == Call::drain && reply.result == 0) text = "end";
      text = bytes_text(reply.bytes) + ", then " + text;
      if (!reply.is_complete) text += ", not all";
      break;
    default:
      break;
  }
  if (!reply.is_right) text += reply.call == Call::addresses ? " (not mirrored)" : " (WRONG BYTES)";
  return text;
}

void Table::add(const Step& step) {
  if (text_.size() == 1) text_ += line("", "kernel", "simulator");
  pending_ = to_string(step);
  if (step.kind == Kind::close || step.kind == Kind::reset || step.kind == Kind::close_listener) {
    text_ += line(pending_, "", "");
    pending_.clear();
  }
}

void Table::add(const Reply& kernel, const Reply& sim, bool differs) {
  std::string done = pending_;
  pending_.clear();
  if (kernel.has_waited || sim.has_waited) {
    if (!done.empty()) text_ += line(done, "", "");
    done = "    waiting: " +
           (kernel.call == Call::accept ? listener_name(kernel.on) : end_name(kernel.on)) + " " +
           std::string(waiting_call(kernel.call));
  }
  text_ += line(done, to_string(kernel), to_string(sim));
  if (differs) text_ += line("", "^ the first difference", "^");
}

}  // namespace rill::differential
