// Responder: from a request to its answer. All that httpd knows about resources, and nothing about
// connections: it reads no bytes of the network and never suspends.
//
// Files answer to GET and HEAD, whole, in ranges, or with 304 to who has them already. A file may
// have compressed variants beside it, made by whoever put it there: "a.css.br" and "a.css.gz" are
// sent as "a.css" to clients that want that coding, if they are not older. A directory answers with
// its index.html or else with a listing, and only at an address that ends in '/', because the links
// in either are relative: without the '/' it redirects (301). Queries are allowed and mean nothing.
#pragma once

#include <string>

#include "lessons/httpd/answer.h"
#include "lessons/httpd/site.h"
#include "net/http/mime.h"
#include "net/http/path.h"
#include "net/http/range.h"
#include "net/http/request_parser.h"

namespace rill::httpd {

class Responder {
 public:
  /// `site` must outlive the responder and its answers.
  explicit Responder(Site& site) : site_(site) {}

  /// The answer to GET, and to HEAD, whose sender leaves the body out; or why there is none.
  /// `now_seconds`: the wall clock, since 1970.
  Answer answer(const http::Request& request, std::int64_t now_seconds);

  /// Whether the request is answered after its body; otherwise at once, without asking for it.
  static bool reads_body(const http::Request& request);

 private:
  Answer find(const http::Request& request, std::int64_t now_seconds);
  Answer at_directory(const http::Request& request, std::int64_t now_seconds);
  Answer of_file(Content file, const std::string& path, const http::Request& request,
                 std::int64_t now_seconds);
  bool choose_variant(Answer& answer, const std::string& path, const http::Request& request);

  Site& site_;
  http::MediaTypes types_;
  http::RequestPath path_;  // reused, as the others are, so that no request allocates for its path
  std::string index_;
  std::string variant_;
  http::RangeSet ranges_;
};

}  // namespace rill::httpd
