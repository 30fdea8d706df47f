// Accepting, whatever passes. See server.h.
#include "net/server.h"

#include "net/accept_failure.h"
#include "scheduler/sleep.h"

namespace rill {

Task<Connection> accept_patiently(Listener& listener) {
  constexpr Duration kShortage = milliseconds(100);
  for (;;) {
    Duration pause;
    try {
      co_return co_await listener.accept();
    } catch (const NetError& error) {
      const AcceptFailure failure = accept_failure(error.error());
      if (failure == AcceptFailure::of_listener) throw;
      if (failure == AcceptFailure::shortage) pause = kShortage;
    }
    co_await sleep(pause);
  }
}

}  // namespace rill
