// See transcript.h.
#include "tests/http/transcript.h"

#include <algorithm>
#include <numeric>

namespace rill::http {

namespace {

// Calls feed(piece) for each piece until it returns false.
template <class Feed>
void for_each_piece(std::string_view bytes, const Cuts& cuts, Feed feed) {
  std::size_t begin = 0;
  std::string memory;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t end = i < cuts.size() ? std::min(cuts[i], bytes.size()) : bytes.size();
    if (end < begin) continue;
    memory.assign(bytes.substr(begin, end - begin));
    if (!feed(std::string_view(memory))) return;
    begin = end;
  }
}

std::string describe(const FieldList& fields) {
  std::string text = " |";
  for (const auto& [name, value] : fields) {
    text.append(" ").append(name).append("=").append(value);
  }
  return text + " | ";
}

std::string describe(const Request& request) {
  std::string text(request.method_name);
  text.append(" ").append(request.target).append(request.minor_version == 0 ? " 1.0" : " 1.1");
  text.append(" host=").append(request.authority).append(" path=").append(request.path);
  if (request.has_query) text.append(" query=").append(request.query);
  if (request.keep_alive) text.append(" keep-alive");
  if (request.expects_continue) text.append(" expects-continue");
  if (request.is_chunked) text.append(" chunked");
  if (request.content_length > 0) text.append(" " + std::to_string(request.content_length));
  return text + describe(request.fields);
}

}  // namespace

Cuts every_byte(std::string_view bytes) {
  Cuts cuts(bytes.empty() ? 0 : bytes.size() - 1);
  std::iota(cuts.begin(), cuts.end(), 1);
  return cuts;
}

std::string request_transcript(std::string_view bytes, const Cuts& cuts, const Limits& limits) {
  RequestParser parser(limits);
  std::string text;
  bool is_refused = false;
  for_each_piece(bytes, cuts, [&](std::string_view input) {
    for (;;) {
      switch (parser.next(input)) {
        case Event::need_input:
          return true;
        case Event::head:
          text += describe(parser.request());
          break;
        case Event::body:
          text += parser.body();
          break;
        case Event::end:
          text += "\n";
          break;
        case Event::error:
          text += "error " + std::to_string(parser.error().status);
          is_refused = true;
          return false;
      }
    }
  });
  if (!is_refused) text += parser.idle() ? "idle" : "unfinished";
  return text;
}

std::string response_transcript(std::string_view bytes, const Cuts& cuts, Method method,
                                const Limits& limits) {
  ResponseParser parser(limits);
  parser.start(method);
  std::string text;
  std::size_t used = 0;
  Event event = Event::need_input;
  for_each_piece(bytes, cuts, [&](std::string_view input) {
    const std::size_t size = input.size();
    do {
      event = parser.next(input);
      if (event == Event::head) {
        const Response& response = parser.response();
        text += std::to_string(response.status);
        text += response.minor_version == 0 ? " 1.0" : " 1.1";
        if (response.keep_alive) text += " keep-alive";
        text += describe(response.fields);
      }
      if (event == Event::body) text += parser.body();
    } while (event == Event::head || event == Event::body);
    used += size - input.size();
    return event == Event::need_input;
  });
  if (event == Event::need_input) event = parser.finish();
  if (event == Event::error) return text + "error: " + std::string(to_string(parser.fault()));
  return text + "end, " + std::to_string(bytes.size() - used) + " bytes left";
}

std::string link_transcript(std::string_view html, const Cuts& cuts) {
  LinkScanner scanner;
  std::string text;
  for_each_piece(html, cuts, [&](std::string_view input) {
    while (scanner.next(input)) {
      if (!text.empty()) text += ' ';
      const Link link = scanner.link();
      text.append(to_string(link.kind)).append("=").append(link.url);
      if (link.leads_to_page) text += " (page)";
      if (link.is_nofollow || scanner.page_is_nofollow()) text += " (nofollow)";
    }
    return true;
  });
  if (!scanner.title().empty()) text += " '" + scanner.title() + "'";
  return text;
}

int request_status(std::string_view bytes) {
  RequestParser parser;
  for (;;) {
    switch (parser.next(bytes)) {
      case Event::need_input:
        return 0;
      case Event::end:
        return bytes.empty() ? 200 : 0;
      case Event::error:
        return parser.error().status;
      case Event::head:
      case Event::body:
        break;
    }
  }
}

}  // namespace rill::http
