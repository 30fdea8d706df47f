// The echo program: handlers and scenario, so that tests can take hold of each.
#pragma once

#include "lessons/common/program.h"
#include "lessons/common/tls/door.h"
#include "lessons/common/world.h"
#include "net/net.h"

namespace rill::lesson {

/// Sends back whatever arrives, until the peer ends its side.
Task<> echoer(Connection connection);

/// The same, and says who connects, what is read, and who leaves.
Task<> verbose_echoer(Connection connection);

struct EchoFlags {
  bool is_verbose = false;
  TlsFlags tls;
};

/// `flags` is where the command line leaves its choice; it must outlive the program.
Program echo_program(EchoFlags& flags);

/// alice, bob and carol visit the server: see scenario.cc.
Task<> echo_scenario(World& world);

}  // namespace rill::lesson
