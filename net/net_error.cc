// The sentences of network errors. See net_error.h.
#include "net/net_error.h"

#include <cerrno>

#include "scheduler/scheduler.h"

namespace rill {
namespace {

std::string preposition(std::string_view operation) {
  if (operation == "recv" || operation.starts_with("readline")) return "from";
  if (operation == "listen" || operation == "accept") return "on";
  if (operation == "resolve" || operation == "fetch") return "of";
  return "to";
}

/// "recv from 10.0.0.2:80 in task #3 'client'"; what() adds the reason.
std::string sentence(const std::string& operation, const std::string& peer) {
  std::string text = operation;
  if (!peer.empty()) text += " " + preposition(operation) + " " + peer;
  if (Scheduler::is_running()) {
    const TaskControl* task = Scheduler::current("NetError").running();
    if (task != nullptr) text += " in task " + describe(*task);
  }
  return text;
}

}  // namespace

NetError::NetError(std::string operation, std::string peer, int error)
    : std::system_error(error, std::generic_category(), sentence(operation, peer)),
      operation_(std::move(operation)),
      peer_(std::move(peer)) {}

LineTooLong::LineTooLong(std::string peer, std::size_t most_bytes)
    : NetError("readline of at most " + std::to_string(most_bytes) + " bytes", std::move(peer),
               EMSGSIZE) {}

}  // namespace rill
