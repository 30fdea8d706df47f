// See responder.h. Status codes: RFC 9110 section 15.
#include "lessons/httpd/responder.h"

#include <algorithm>

#include "lessons/httpd/listing.h"
#include "net/http/accept_encoding.h"
#include "net/http/percent.h"
#include "net/http/preconditions.h"

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

Answer no_path(http::PathFault fault) {
  if (fault == http::PathFault::no_file) return not_served(Found::nothing);
  return error_answer(400, "This is no address of a file.");
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

/// Applies what the request says about versions to an answer that would be a success.
Answer with_conditions(Answer answer, const http::Request& request, std::int64_t now_seconds) {
  http::Validators current{.etag = answer.tag.text(), .modified_seconds = {}};
  if (answer.file.is_open()) current.modified_seconds = answer.file.modified_seconds();
  switch (http::check_preconditions(request, current, now_seconds)) {
    case http::Precondition::holds:
      break;
    case http::Precondition::not_modified:
      answer.status = 304;
      answer.bytes = {};
      answer.page.clear();
      break;
    case http::Precondition::failed:
      return error_answer(412, "This has changed, or is not what the request is about.");
  }
  return answer;
}

}  // namespace

bool Responder::reads_body(const http::Request& request) {
  return !request.expects_other &&
         (request.method == http::Method::get || request.method == http::Method::head ||
          request.method == http::Method::options);
}

Answer Responder::answer(const http::Request& request, std::int64_t now_seconds) {
  constexpr std::string_view kAllowed = "GET, HEAD, OPTIONS";
  if (request.expects_other) return error_answer(417, "The server cannot do what is expected.");
  switch (request.method) {
    case http::Method::get:
    case http::Method::head:
      return find(request, now_seconds);
    case http::Method::options: {
      const http::PathFault fault =
          request.path == "*" ? http::PathFault::none : path_.assign(request.path);
      if (fault != http::PathFault::none) return no_path(fault);
      Answer options = error_answer(204, "");
      options.allowed = kAllowed;
      return options;
    }
    default: {
      Answer refusal = error_answer(405, "Files can be read here, nothing else.");
      refusal.allowed = kAllowed;
      return refusal;
    }
  }
}

Answer Responder::find(const http::Request& request, std::int64_t now_seconds) {
  const http::PathFault fault = path_.assign(request.path);
  if (fault != http::PathFault::none) return no_path(fault);
  if (path_.wants_directory()) return at_directory(request, now_seconds);

  Content file;
  const Found found = site_.open(path_.relative(), file);
  if (found == Found::file) return of_file(std::move(file), path_.relative(), request, now_seconds);
  if (found != Found::directory) return not_served(found);
  Answer redirect = error_answer(301, "");
  redirect.location = directory_address(path_.relative(), request);
  return redirect;
}

Answer Responder::at_directory(const http::Request& request, std::int64_t now_seconds) {
  index_ = path_.relative();
  if (!index_.empty()) index_ += '/';
  index_ += "index.html";
  Content file;
  const Found found = site_.open(index_, file);
  if (found == Found::file) return of_file(std::move(file), index_, request, now_seconds);
  if (found != Found::nothing && found != Found::directory) return not_served(found);

  Folder folder = site_.list(path_.relative(), kMostEntries);
  if (folder.found != Found::directory) return not_served(folder.found);
  Answer listing;
  listing.type = "text/html; charset=utf-8";
  listing.page = listing_page(path_.relative(), std::move(folder));
  return with_conditions(std::move(listing), request, now_seconds);
}

Answer Responder::of_file(Content file, const std::string& path, const http::Request& request,
                          std::int64_t now_seconds) {
  Answer answer;
  answer.type = types_.find(path);
  answer.file = std::move(file);
  if (!choose_variant(answer, path, request)) {
    Answer refusal = error_answer(406, "There is nothing in a coding that the client accepts.");
    refusal.varies = true;
    return refusal;
  }
  const bool is_settled = answer.file.modified_seconds() < now_seconds;
  answer.tag = FileTag(answer.file.version(), !is_settled);
  answer.bytes = {0, answer.file.size_bytes()};
  answer = with_conditions(std::move(answer), request, now_seconds);
  if (answer.status != 200 || request.method != http::Method::get) return answer;

  const auto range = request.fields.find("Range");
  if (!range) return answer;
  const http::Validators current{answer.tag.text(), answer.file.modified_seconds()};
  if (!http::check_if_range(request, current, now_seconds)) return answer;
  switch (ranges_.parse(*range, answer.bytes.size_bytes())) {
    case http::RangeSet::Verdict::none:
      break;
    case http::RangeSet::Verdict::some:
      // Which coding several parts of a compressed file have is read in two ways: it goes whole.
      if (ranges_.size() == 1 || answer.coding.empty()) choose_ranges(answer, ranges_);
      break;
    case http::RangeSet::Verdict::unsatisfied: {
      Answer refusal = error_answer(416, "The file ends before the bytes that were asked for.");
      refusal.content_range = "bytes */" + std::to_string(answer.bytes.size_bytes());
      return refusal;
    }
  }
  return answer;
}

/// Takes the variant that the client wants most; the smaller one where it does not mind. False: it
/// wants none that there is.
bool Responder::choose_variant(Answer& answer, const std::string& path,
                               const http::Request& request) {
  const http::CodingWeights weights = http::read_accept_encoding(request.fields);
  struct Coding {
    std::string_view name;
    std::string_view suffix;
    std::uint16_t weight;
  };
  std::uint16_t best = weights.identity;
  Content chosen;
  for (const Coding& coding :
       {Coding{"gzip", ".gz", weights.gzip}, Coding{"br", ".br", weights.br}}) {
    variant_.assign(path).append(coding.suffix);
    Content variant;
    if (site_.open(variant_, variant) != Found::file) continue;
    if (variant.version().modified_ns < answer.file.version().modified_ns) continue;
    answer.varies = true;
    if (coding.weight == 0 || coding.weight < best) continue;
    best = coding.weight;
    answer.coding = coding.name;
    chosen = std::move(variant);
  }
  if (chosen.is_open()) answer.file = std::move(chosen);
  return best > 0;
}

}  // namespace rill::httpd
