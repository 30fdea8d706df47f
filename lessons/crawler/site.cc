// The handler of the site. See site.h; its pages are in site_pages.cc.
#include "lessons/crawler/site.h"

#include "net/http/request_parser.h"
#include "net/http/status.h"
#include "net/http/writer.h"
#include "scheduler/sleep.h"

namespace rill::crawler {
namespace {

constexpr std::size_t kChunkBytes = 256;
constexpr Duration kDripPause = milliseconds(100);

/// Reads a request's head and body. Nothing if the client left, or sent what is no request.
Task<bool> read_request(Connection& connection, http::RequestParser& parser) {
  for (;;) {
    std::string_view input = connection.unread();
    http::Event event = parser.next(input);
    while (event == http::Event::head || event == http::Event::body) event = parser.next(input);
    connection.unread().erase(0, connection.unread().size() - input.size());
    if (event != http::Event::need_input) co_return event == http::Event::end;
    const bool is_open = co_await connection.fill();
    if (!is_open) co_return false;
  }
}

std::string head_of(const Resource& resource, bool keep_alive) {
  std::string head;
  http::HeadWriter writer = http::HeadWriter::response(head, resource.status);
  writer.field("Content-Type", "text/html; charset=utf-8");
  if (!resource.location.empty()) writer.field("Location", resource.location);
  switch (resource.framing) {
    case Resource::Framing::length:
    case Resource::Framing::drip:
      writer.content_length(resource.body.size());
      break;
    case Resource::Framing::chunked:
    case Resource::Framing::cut:
      writer.chunked();
      break;
    case Resource::Framing::close:
      break;
  }
  writer.connection(keep_alive).end();
  return head;
}

Task<> send_in_chunks(Connection& connection, std::string_view body) {
  while (!body.empty()) {
    std::string chunk;
    http::append_chunk(chunk, body.substr(0, kChunkBytes));
    body.remove_prefix(std::min(kChunkBytes, body.size()));
    co_await connection.sendall(chunk);
  }
}

Task<> send_resource(Connection& connection, const Resource& resource, bool keep_alive) {
  std::string message = head_of(resource, keep_alive);
  switch (resource.framing) {
    case Resource::Framing::length:
    case Resource::Framing::close:
      message += resource.body;
      co_await connection.sendall(message);
      break;
    case Resource::Framing::chunked:
      co_await connection.sendall(message);
      co_await send_in_chunks(connection, resource.body);
      message.clear();
      http::append_last_chunk(message);
      co_await connection.sendall(message);
      break;
    case Resource::Framing::cut:
      co_await connection.sendall(message);
      co_await send_in_chunks(connection, resource.body);
      break;
    case Resource::Framing::drip:
      co_await connection.sendall(message);
      for (std::size_t i = 0; i < resource.body.size(); ++i) {
        co_await sleep(kDripPause);
        co_await connection.sendall(std::string_view(resource.body).substr(i, 1));
      }
      break;
  }
}

const Resource& not_found() {
  static const Resource resource{.status = 404, .body = "<p>There is no such page.</p>\n"};
  return resource;
}

}  // namespace

void Site::add(std::string path, Resource resource) {
  resources_.insert_or_assign(std::move(path), std::move(resource));
}

const Resource* Site::find(std::string_view path) const {
  const auto found = resources_.find(path);
  return found == resources_.end() ? nullptr : &found->second;
}

Task<> serve_site(const Site& site, Connection connection) {
  http::RequestParser parser;
  for (;;) {
    const bool has_request = co_await read_request(connection, parser);
    if (!has_request) co_return;
    const Resource* found = site.find(parser.request().target);
    const Resource& resource = found != nullptr ? *found : not_found();
    const bool keep_alive = parser.request().keep_alive &&
                            resource.framing != Resource::Framing::close &&
                            resource.framing != Resource::Framing::cut;
    co_await sleep(resource.delay);
    co_await send_resource(connection, resource, keep_alive);
    if (!keep_alive) co_return;
  }
}

}  // namespace rill::crawler
