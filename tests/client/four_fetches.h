// The scenario that is tortured: four requests of all kinds by one client, one after the other - a
// redirect to a coded page, a large POST, a response that is pulled, a HEAD.
#pragma once

#include <string>
#include <vector>

#include "tests/client/fetching.h"

namespace rill::testing {

/// What the site must know for it.
void teach_four(ScriptedOrigin& origin);
/// Of each: "right", the fault, or kWrongPage. `site` ends in '/'.
Task<> fetch_four(http::FetchOptions options, std::string site, std::vector<std::string>& words);

inline const std::string kWrongPage = "WRONG PAGE";
inline const std::vector<std::string> kAllRight(4, "right");

/// Timeouts that end every silence soon, one connection, so many retries.
http::FetchOptions patient(unsigned retries, Duration patience);

}  // namespace rill::testing
