// A web site that answers from memory, each page after a while: what the crawler is shown on.
//
// The same handler serves it on a simulated host and, with --demo, on a real socket. Its pages come
// in every framing a client must know - with a length, in chunks, up to the end of the stream - and
// some misbehave on purpose.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "net/connection.h"
#include "scheduler/task.h"
#include "scheduler/time.h"

namespace rill::crawler {

struct Resource {
  enum class Framing : std::uint8_t {
    length,   ///< Content-Length
    chunked,  ///< Transfer-Encoding: chunked
    close,    ///< neither: the stream's end is the body's
    cut,      ///< chunked, and the stream ends in the middle
    drip,     ///< Content-Length, and then one byte every 100 ms
  };

  int status = 200;
  std::string body;
  std::string location = {};  ///< of a redirect
  Framing framing = Framing::length;
  Duration delay = {};  ///< from the request to the first byte of the response
};

class Site {
 public:
  /// `path` as in a request line: "/a/b.html?c=d". Replaces what was there.
  void add(std::string path, Resource resource);
  /// Null for a path that nobody added.
  const Resource* find(std::string_view path) const;

 private:
  std::map<std::string, Resource, std::less<>> resources_;
};

/// One hundred pages, each answered after `delay`: "/", sections, and articles in them, linked in
/// many spellings, and a robots.txt. With `is_faulty` also redirects, a missing page, one that
/// robots.txt excludes, and the ones that misbehave.
Site site_of_100_pages(Duration delay, bool is_faulty);
/// The paths of those hundred, without following any link.
std::vector<std::string> paths_of_100_pages();

/// Answers requests on one connection until the client leaves. 404 for what the site does not have.
/// `site` must outlive the call.
Task<> serve_site(const Site& site, Connection connection);

}  // namespace rill::crawler
