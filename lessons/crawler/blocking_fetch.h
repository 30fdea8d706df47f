// blocking_fetch: a page without a scheduler, as threads and processes fetch it.
//
// The same parser as everywhere, fed from a socket that blocks: that is what a parser without I/O
// is good for. One request to one numeric address, no redirects, and the kernel's own timeouts; for
// the comparison of the four ways and nothing else.
#pragma once

#include "net/http/url.h"

namespace rill::crawler {

/// The status of the page, whose body has been read to its end; 0 if none came. Blocks the thread.
int blocking_fetch(const http::Url& url);

}  // namespace rill::crawler
