// Lesson 7: all of the bytes, on top of a call that takes some of them.
#pragma once

#include <string_view>

#include "net/net.h"
#include "scheduler/api.h"

/// Sends all of `data` on `connection`: every byte, in order, once. Returns when the last of them
/// has been taken; for empty `data` at once. Uses connection.send(), which takes at least one byte
/// of what it is given, and says how many; a rill::NetError of it goes through.
rill::Task<> send_all(rill::Connection& connection, std::string_view data);
