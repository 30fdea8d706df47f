// What an intercepted function asks of the guard. Internal to simnet/guard.
#pragma once

namespace rill::simnet::guard {

/// True when this thread is in a simulated run that has not let the real world in. Then the call
/// has been noted, the run ends with the step, and the caller goes on with whatever answer is safe.
/// `call`: as the user knows it; `instead`: "use rill::now()"; `from`: the return address.
bool caught(const char* call, const char* instead, const void* from) noexcept;

}  // namespace rill::simnet::guard
