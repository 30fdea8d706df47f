// A small server with a bug that only some networks show, and the same without: for tests that
// shrink a recording of it, and for the regression test that came of that.
#pragma once

#include <string>

#include "net/net.h"

namespace rill::testing {

/// Adds up the numbers that its clients send, one on each line, and answers with the sum so far.
/// The bug: it takes what one recv gives for whole lines, and a number that comes in two pieces
/// ends in a std::invalid_argument that nobody catches.
Task<> add_lines_wrongly(Address at);

/// The same, repaired.
Task<> add_lines(Address at);

}  // namespace rill::testing
