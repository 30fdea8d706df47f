// See llhttp_oracle.h.
#include "tests/http/llhttp_oracle.h"

#include <llhttp.h>

#include <algorithm>

#include "net/http/request_parser.h"

namespace rill::http {

namespace {

struct Collector {
  std::vector<std::string> requests;
  std::string target;
  std::string body;
};

Collector& collector_of(llhttp_t* parser) { return *static_cast<Collector*>(parser->data); }

int on_begin(llhttp_t* parser) {
  collector_of(parser).target.clear();
  collector_of(parser).body.clear();
  return 0;
}
int on_target(llhttp_t* parser, const char* at, size_t length) {
  collector_of(parser).target.append(at, length);
  return 0;
}
int on_head(llhttp_t* parser) {
  parser->upgrade = 0;
  return 0;
}
int on_body(llhttp_t* parser, const char* at, size_t length) {
  collector_of(parser).body.append(at, length);
  return 0;
}
int on_end(llhttp_t* parser) {
  Collector& collector = collector_of(parser);
  collector.requests.push_back(llhttp_method_name(static_cast<llhttp_method_t>(parser->method)));
  collector.requests.back().append(" ").append(collector.target).append(" ").append(collector.body);
  return 0;
}

}  // namespace

std::vector<std::string> llhttp_requests(std::string_view bytes) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_message_begin = on_begin;
  settings.on_url = on_target;
  settings.on_headers_complete = on_head;
  settings.on_body = on_body;
  settings.on_message_complete = on_end;
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  parser.lenient_flags = LENIENT_KEEP_ALIVE | LENIENT_VERSION;
  Collector collector;
  parser.data = &collector;
  llhttp_execute(&parser, bytes.data(), bytes.size());
  return collector.requests;
}

std::vector<std::string> own_requests(std::string_view bytes) {
  RequestParser parser;
  std::vector<std::string> requests;
  std::string body;
  for (;;) {
    switch (parser.next(bytes)) {
      case Event::need_input:
      case Event::error:
        return requests;
      case Event::head:
        body.clear();
        break;
      case Event::body:
        body += parser.body();
        break;
      case Event::end:
        requests.emplace_back(parser.request().method_name);
        requests.back().append(" ").append(parser.request().target).append(" ").append(body);
    }
  }
}

bool agree(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace rill::http
