// See blocking_fetch.h.
#include "lessons/crawler/blocking_fetch.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "net/http/response_parser.h"
#include "net/http/writer.h"

namespace rill::crawler {
namespace {

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

bool connect_to(int descriptor, const http::Url& url) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(url.port());
  if (getaddrinfo(url.host().c_str(), port.c_str(), &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  return ::connect(descriptor, found->ai_addr, found->ai_addrlen) == 0;
}

bool send_request(int descriptor, const http::Url& url) {
  std::string request;
  http::HeadWriter::request(request, "GET", url.target())
      .field("Host", url.authority())
      .connection(/*keep_alive=*/false)
      .end();
  return ::send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(request.size());
}

/// The next event, with whatever must be received for it.
http::Event next_event(int descriptor, http::ResponseParser& parser,
                       std::array<char, 16384>& buffer, std::string_view& input) {
  for (;;) {
    const http::Event event = parser.next(input);
    if (event != http::Event::need_input) return event;
    const ssize_t received = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (received <= 0) return received == 0 ? parser.finish() : http::Event::error;
    input = std::string_view(buffer.data(), static_cast<std::size_t>(received));
  }
}

}  // namespace

int blocking_fetch(const http::Url& url) {
  const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.descriptor() < 0 || !connect_to(socket.descriptor(), url) ||
      !send_request(socket.descriptor(), url)) {
    return 0;
  }
  http::ResponseParser parser;
  parser.start(http::Method::get);
  std::array<char, 16384> buffer;
  std::string_view input;
  for (;;) {
    const http::Event event = next_event(socket.descriptor(), parser, buffer, input);
    if (event == http::Event::error) return 0;
    if (event == http::Event::end) return parser.response().status;
  }
}

}  // namespace rill::crawler
