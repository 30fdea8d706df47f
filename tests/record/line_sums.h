// A small server with a bug that only some networks show, and the same without: for tests that
// shrink a recording of it, and for the regression test that came of that.
#pragma once

#include <functional>

#include "net/net.h"

namespace rill::testing {

/// Adds up the numbers that its clients send, one on each line, and answers with the sum so far.
/// The bug: it takes what one recv gives for whole lines, and a number that comes in two pieces
/// ends in a std::invalid_argument that nobody catches.
/// `on_listening` is told where it listens.
Task<> add_lines_wrongly(std::function<void(Address)> on_listening);

/// The same, repaired.
Task<> add_lines(std::function<void(Address)> on_listening);

}  // namespace rill::testing
