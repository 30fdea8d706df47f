// From a return address to a source line. Internal to simnet/guard.
#pragma once

#include <string>

namespace rill::simnet::guard {

/// Where in the user's source the call was made that returns to `from`: "net/a.cc:12", going up
/// the stack past the standard library, which called on the user's behalf. Without debug
/// information "client(int) in program+0x1234", the function and the offset for addr2line.
std::string source_of(const void* from);

}  // namespace rill::simnet::guard
