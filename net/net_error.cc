// The sentences of network errors. See net_error.h.
#include "net/net_error.h"

#include <cerrno>

#include "scheduler/scheduler.h"

namespace rill {
namespace {

/// "recv from 10.0.0.2:80 in task #3 'client'"; what() adds the reason.
std::string sentence(const std::string& operation, const std::string& peer) {
  std::string text = operation;
  if (!peer.empty())
    text += (operation == "recv" || operation == "readline" ? " from " : " to ") + peer;
  if (operation == "listen") text = "listen on " + peer;
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
