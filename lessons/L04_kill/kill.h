// Lesson 4: a task can be killed at every await, and then only destructors run.
#pragma once

#include <map>
#include <string>

#include "net/net.h"
#include "scheduler/api.h"

/// Who is in the room. A guest is here as long as somebody serves him, and not a moment longer.
using Room = std::map<std::string, rill::Connection>;

/// Serves a guest: puts `connection` into the room under `name`, sends back whatever he says, and
/// takes it out again - when he has ended his side, when the connection breaks, and when this task
/// is killed, wherever it waits at that moment. Taking it out closes it.
rill::Task<> serve_guest(Room& room, std::string name, rill::Connection connection);
