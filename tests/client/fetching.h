// What one fetch came to, in a word or as a whole: for tests that look at many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/client/client.h"
#include "tests/lessons/crawler/scripted_origin.h"

namespace rill::testing {

struct Fetched {
  int status = 0;
  std::string body;
  std::string url;
  unsigned redirects = 0;
  unsigned retries = 0;
  std::optional<http::FetchFault> fault;
  std::string sentence;
  Duration elapsed;

  /// "200", or "timed_out".
  std::string word() const;
};

inline const std::string kHome = "http://site.test/";

http::FetchRequest request_of(std::string_view method, const std::string& url = kHome);

/// By `client`, inside a run.
Task<Fetched> fetch_one(http::Client& client, http::FetchRequest request);
/// One fetch by a new client, in a run of its own.
Fetched fetch_alone(ScriptedOrigin& origin, const http::FetchOptions& options = {},
                    const http::FetchRequest& request = request_of("GET"),
                    const Simulation& simulation = {});
/// The same against a site that has one script.
Fetched fetch_script(Script script, const http::FetchOptions& options = {});

}  // namespace rill::testing
