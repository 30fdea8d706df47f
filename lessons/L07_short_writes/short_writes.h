// Lesson 7: all of the bytes, on top of a call that takes some of them.
#pragma once

#include <string_view>

#include "net/net.h"
#include "scheduler/api.h"

/// Sends all of `data` on `connection`: every byte, of whatever value, in order, once. Returns as
/// soon as the last of them has been taken. Uses connection.send(), which takes at least one byte
/// of what it is given, and says how many (Sent::bytes); a rill::NetError of it goes through.
rill::Task<> send_all(rill::Connection& connection, std::string_view data);

// connection.sendall() is the answer, not a part of it.
#pragma GCC poison sendall
