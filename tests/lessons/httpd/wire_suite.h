// The wire suite: httpd as a program, on real sockets and a real disk, asked in bytes. One table of
// requests and what has to come back; each row is sent whole and cut at random places, because how
// bytes are cut means nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/lessons/common/child.h"
#include "tests/lessons/httpd/wire.h"
#include "tests/testing/scratch_folder.h"

namespace rill::httpd {

struct Row {
  std::string what;
  std::string request;
  /// As statuses() says it: "200", "405 200", "400 close". With "close" at its end the server has
  /// to end the connection by itself.
  std::string expected;
  /// Of the last answer: "name: value", "name" for one that has to be there, "!name".
  std::vector<std::string> fields = {};
  std::optional<std::string> body = {};  ///< of the last answer
};

/// Also where a row expects "close", the client ends its side: the request is cut off.
Row cut_off(Row row);

/// A folder with a site, secrets around it, and httpd that serves it.
class WireServer {
 public:
  explicit WireServer(std::vector<std::string> flags = {});

  std::filesystem::path root() const { return top() / "root"; }
  std::filesystem::path top() const { return scratch_.path; }
  std::uint16_t port() const { return port_; }

  /// Sends `bytes` in `pieces` pieces, cut by `seed`, and reads to the end of the stream.
  std::string ask(const std::string& bytes, bool ends = true, unsigned pieces = 1,
                  std::uint64_t seed = 0) const;
  Reply first(const std::string& bytes) const;
  void check(const std::vector<Row>& rows) const;

 private:
  testing::ScratchFolder scratch_;
  std::optional<testing::Child> httpd_;
  std::uint16_t port_ = 0;
};

/// Bytes that show where they come from: of file `range.bin`.
std::string numbered_bytes(std::size_t size_bytes);

inline const std::string kHost = "Host: server\r\n";
/// A request line, "Host: server", fields, an empty line, a body.
inline std::string message(const std::string& line, const std::string& fields = "",
                           const std::string& body = "") {
  return line + "\r\n" + kHost + fields + "\r\n" + body;
}
inline std::string post(const std::string& fields, const std::string& body = "") {
  return message("POST /docs/a.txt HTTP/1.1", fields, body);
}
/// What shows that the connection is still in step.
inline const std::string kNext = "GET /next HTTP/1.1\r\nHost: server\r\n\r\n";

}  // namespace rill::httpd
