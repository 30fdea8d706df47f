// Lesson 1: one thread, many conversations.
#pragma once

#include "net/net.h"
#include "scheduler/api.h"

/// Your prediction. The server of starter.cc has two clients, one millisecond away. At 0 s ada
/// connects, and says nothing for five seconds; then she leaves. At 1 s ben connects and sends a
/// line. How many milliseconds pass until ben gets the first byte of his echo? (Within 50.)
extern const int kPredictedMs;

/// Sends back what comes in on `connection`, until the client ends its side.
rill::Task<> echo(rill::Connection connection);

/// Serves every client that connects to `listener`, for ever.
rill::Task<> echo_server(rill::Listener& listener);
