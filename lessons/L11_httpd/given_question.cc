// What lesson 11 gives to the learner: questions, answers, and a disk.
#include <vector>

#include "lessons/L11_httpd/httpd.h"
#include "net/http/request_parser.h"
#include "net/http/writer.h"

using namespace rill;

std::optional<std::string> Files::read(std::string_view path) const {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::string part(path.substr(0, path.find('/')));
    path.remove_prefix(std::min(path.size(), part.size() + 1));
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string normal;
  for (const std::string& part : parts) normal += (normal.empty() ? "" : "/") + part;
  const auto found = files_.find(normal);
  return found != files_.end() ? std::optional(found->second) : std::nullopt;
}

Task<std::optional<Question>> read_question(Connection& connection) {
  http::RequestParser parser;
  std::optional<Question> question;
  for (;;) {
    std::string& received = connection.unread();
    std::string_view input = received;
    const http::Event event = parser.next(input);
    received.erase(0, received.size() - input.size());
    switch (event) {
      case http::Event::error:
        throw BadQuestion();
      case http::Event::head:
        question = Question{std::string(parser.request().method_name),
                            std::string(parser.request().path), parser.request().keep_alive};
        break;
      case http::Event::end:
        co_return question;
      case http::Event::body:
        break;
      case http::Event::need_input: {
        const bool has_more = co_await connection.fill();
        if (has_more) break;
        if (parser.idle()) co_return std::nullopt;
        throw BadQuestion();
      }
    }
  }
}

std::string answer_text(int status, std::string_view body, bool keep_alive, bool has_body) {
  std::string text;
  http::HeadWriter::response(text, status).content_length(body.size()).connection(keep_alive).end();
  if (has_body) text += body;
  return text;
}
