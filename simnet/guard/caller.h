// From a return address to a source line. Internal to simnet/guard.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace rill::simnet::guard {

/// Where in the user's source the call was made that returns to `from`: "net/a.cc:12", going up
/// the stack past the standard library, which called on the user's behalf. Without debug
/// information "client(int) in program+0x1234", the function and the offset for addr2line.
std::string source_of(const void* from);

/// The places of this project's and its user's sources on a stack of return addresses of this
/// executable, innermost first: "net/a.cc:12". The standard library and what has no debug
/// information are left out. For whoever has got the stack from a signal handler.
std::vector<std::string> places_of(std::span<void* const> stack);

}  // namespace rill::simnet::guard
