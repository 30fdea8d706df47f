// See responder.h. Status codes: RFC 9110 section 15.
#include "lessons/httpd/responder.h"

#include <algorithm>

#include "lessons/httpd/listing.h"
#include "net/http/percent.h"

namespace rill::httpd {
namespace {

Answer not_served(Found found) {
  switch (found) {
    case Found::forbidden:
      return error_answer(403, "The server may not read this.");
    case Found::overloaded:
      return error_answer(503, "The server has too much to do at the moment.");
    case Found::broken:
      return error_answer(500, "The server cannot read this.");
    default:
      return error_answer(404, "There is nothing at this address.");
  }
}

/// Begins with exactly one '/', and has no byte that could begin a host, a scheme or a line: what
/// the client wrote is not repeated (CVE-2021-28861), except for the query.
std::string directory_address(const std::string& path, const http::Request& request) {
  std::string address = "/";
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view segment = rest.substr(0, rest.find('/'));
    http::append_percent_encoded(address, segment);
    address += '/';
    rest.remove_prefix(std::min(rest.size(), segment.size() + 1));
  }
  if (request.has_query) address.append("?").append(request.query);
  return address;
}

}  // namespace

Answer Responder::answer(const http::Request& request) {
  if (request.method != http::Method::get && request.method != http::Method::head) {
    Answer refusal = error_answer(405, "Files can be read here, nothing else.");
    refusal.allowed = "GET, HEAD";
    return refusal;
  }
  switch (path_.assign(request.path)) {
    case http::PathFault::none:
      break;
    case http::PathFault::no_file:
      return not_served(Found::nothing);
    case http::PathFault::malformed:
    case http::PathFault::escape:
      return error_answer(400, "This is no address of a file.");
  }
  if (path_.wants_directory()) return at_directory();

  Content file;
  const Found found = site_.open(path_.relative(), file);
  if (found == Found::file) return of_file(std::move(file), path_.relative());
  if (found != Found::directory) return not_served(found);
  Answer redirect = error_answer(301, "");
  redirect.location = directory_address(path_.relative(), request);
  return redirect;
}

Answer Responder::at_directory() {
  index_ = path_.relative();
  if (!index_.empty()) index_ += '/';
  index_ += "index.html";
  Content file;
  const Found found = site_.open(index_, file);
  if (found == Found::file) return of_file(std::move(file), index_);
  if (found != Found::nothing && found != Found::directory) return not_served(found);

  Folder folder = site_.list(path_.relative(), kMostEntries);
  if (folder.found != Found::directory) return not_served(folder.found);
  Answer listing;
  listing.type = "text/html; charset=utf-8";
  listing.page = listing_page(path_.relative(), std::move(folder));
  return listing;
}

Answer Responder::of_file(Content file, std::string_view path) const {
  Answer answer;
  answer.type = types_.find(path);
  answer.file = std::move(file);
  return answer;
}

}  // namespace rill::httpd
