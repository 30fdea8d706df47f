// The network part of Rill's API in one include. The backends have headers of their own:
// net/run.h for real sockets, simnet/network.h for the simulated network.
#pragma once

#include "net/connect.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/net_error.h"
#include "net/server.h"
#include "scheduler/api.h"
