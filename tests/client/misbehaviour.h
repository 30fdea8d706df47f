// The ways in which a server may misbehave towards a client, as a table: what it does, and what
// the fetch must come to. For simulated networks and real sockets alike.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "net/client/options.h"
#include "tests/lessons/crawler/scripted_origin.h"

namespace rill::testing {

struct Misbehaviour {
  const char* what;
  /// The word of the fault, or the status; see Fetched::word().
  const char* expected;
  Script script;
  /// Further targets below the row's own. '@' in what is sent stands for that.
  std::vector<std::pair<std::string, Script>> more = {};
};

/// Bounds that the table needs: small ones for what is stored.
http::FetchOptions bounds_of_misbehaviours();
std::vector<Misbehaviour> misbehaviours();
/// Tells `origin` to do all of them, number N at /N.
void teach(ScriptedOrigin& origin, const std::vector<Misbehaviour>& rows);

}  // namespace rill::testing
