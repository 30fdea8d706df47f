// Lesson 11: a web server that can be let out of the house.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/net.h"
#include "scheduler/api.h"

/// A disk. It does what disks do: "www/../secret.txt" is "secret.txt".
class Files {
 public:
  void write(const std::string& path, std::string content) { files_[path] = std::move(content); }
  /// Nothing if there is no such file.
  std::optional<std::string> read(std::string_view path) const;

 private:
  std::map<std::string, std::string> files_;
};

struct Question {
  std::string method;  ///< "GET"
  std::string path;    ///< "/a/b.html": begins with '/', not normalised
  bool keep_alive;     ///< the client wants to ask more on this connection
};

/// What comes is no HTTP.
struct BadQuestion : std::runtime_error {
  BadQuestion() : std::runtime_error("bad request") {}
};

/// The next question on `connection`, as in L10; nothing if the stream ends before it begins. Takes
/// as long as the client does.
rill::Task<std::optional<Question>> read_question(rill::Connection& connection);

/// An answer with its length, such as "HTTP/1.1 200 OK\r\n...\r\n\r\nhello". `has_body` false: the
/// same head, and the body left out.
std::string answer_text(int status, std::string_view body, bool keep_alive, bool has_body = true);

/// A whole question must have come so long after the last answer (or the beginning).
constexpr rill::Duration kPatience = rill::seconds(5);

/// Serves the files below "www" to one client, until it ends its side or wants no more:
///   GET /a/b.html     200 and the file "www/a/b.html"; "/" is "/index.html"
///   HEAD              the same head, and no body
///   anything else     405; no such file: 404; no HTTP: 400, and that is the last answer
/// Never a byte of a file that is not below "www", whatever the path: that is 404 too. A path with
/// ".." that never leaves "www" on its way, "/deep/../a.txt", is as good as any other. One that
/// climbs above it, even for a moment, is 404; or is cut off at the top, as RFC 3986 5.2.4 has it:
/// then "/../a.txt" is "/a.txt", and "/../www/a.txt" is "/www/a.txt", which is not there.
/// Each answer says whether it is the last one (keep_alive): not unless the client wants no more.
/// Questions are answered in their order. A client that lets kPatience pass is hung up on, without
/// an answer.
rill::Task<> serve_client(rill::Connection& connection, const Files& files);
