// Lesson 6: to end a conversation politely, and in time.
#pragma once

#include <string>
#include <vector>

#include "net/net.h"
#include "scheduler/api.h"

/// How long it may take from the wish to stop to the end.
constexpr rill::Duration kGrace = rill::seconds(1);

/// Sends each of `commands`, with "\r\n" behind it, and waits for a line in answer before the next.
/// Returns how many were answered.
///
/// Ends when all are answered, or when `stop` is set, wherever it is at that moment; either way by
/// sending "QUIT\r\n", ending its side of the stream, and waiting for the server to end its own.
/// QUIT is sent once at most, and never into the middle of a command: a command that has been begun
/// is sent to its end first; none is begun after `stop`. But all of it may take no longer than
/// kGrace after `stop` was set: then the connection is reset, and not before. An answer that comes
/// counts, also when it comes after `stop`. What the connection throws may go through.
rill::Task<int> converse(rill::Connection& connection, std::vector<std::string> commands,
                         rill::Event& stop);
