// One fetch under way: what was asked for, how far it is, what has come. Internal to net/client.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/client/exchange.h"
#include "net/client/faults.h"
#include "net/client/fetch_request.h"
#include "net/client/page.h"
#include "scheduler/time.h"

namespace rill::http {

struct FetchCall {
  FetchCall(FetchRequest asked, Instant until, Duration whole)
      : request(std::move(asked)), page(request.url), deadline(until), length(whole) {}

  FetchRequest request;  ///< of the current redirect
  Page page;
  Instant deadline;
  Duration length;  ///< of the whole, for the sentence
  Progress progress;
  std::vector<std::pair<std::string, Url>> visited;  ///< methods and URLs that redirected
  std::optional<Duration> wait;                      ///< the response is to be asked for again then
  bool has_shown = false;                            ///< a sink has seen bytes of the body
  std::unique_ptr<Exchange> exchange;                ///< uses `progress`
  std::exception_ptr failure;                        ///< of a response that was pulled
};

}  // namespace rill::http
