// Logs for tests of exports: any that the reader would accept, and small ones by hand.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "scheduler/trace/record.h"

namespace rill::exports {

/// Anything: `n` ascends and causes come before, and that is all that makes sense in it.
rc::Gen<trace::Log> any_log();

/// A record with what every one has.
trace::Record record(trace::Kind kind, std::uint64_t n, std::uint64_t t_ns,
                     const std::string& host = {}, const std::string& task = {});

/// A client and a server on two hosts: handshake, five bytes there, FINs both ways, all of it
/// undisturbed; simulated, or by calls on real sockets as the client's process sees them.
trace::Log small_run(bool is_simulated);

}  // namespace rill::exports
