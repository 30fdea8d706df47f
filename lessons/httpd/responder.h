// Responder: from a request to its answer. All that httpd knows about resources, and nothing about
// connections: it reads no bytes of the network and never suspends.
//
// Files answer to GET and HEAD. A directory answers with its index.html or else with a listing, and
// only at an address that ends in '/', because the links in either are relative: without the '/' it
// redirects (301). Queries are allowed and mean nothing.
#pragma once

#include <string>

#include "lessons/httpd/answer.h"
#include "lessons/httpd/site.h"
#include "net/http/mime.h"
#include "net/http/path.h"
#include "net/http/request_parser.h"

namespace rill::httpd {

class Responder {
 public:
  /// `site` must outlive the responder and its answers.
  explicit Responder(Site& site) : site_(site) {}

  /// The answer to GET, and to HEAD, whose sender leaves the body out.
  Answer answer(const http::Request& request);

 private:
  Answer at_directory();
  Answer of_file(Content file, std::string_view path) const;

  Site& site_;
  http::MediaTypes types_;
  http::RequestPath path_;  // both reused, so that no request allocates for its path
  std::string index_;
};

}  // namespace rill::httpd
