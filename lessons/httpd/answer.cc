// See answer.h.
#include "lessons/httpd/answer.h"

#include "net/http/date.h"
#include "net/http/escape.h"
#include "net/http/status.h"

namespace rill::httpd {

std::size_t Answer::read(std::uint64_t offset, std::span<char> to) {
  if (file.is_open()) return file.read(offset, to);
  return page.copy(to.data(), to.size(), offset);
}

Answer error_answer(int status, std::string_view sentence) {
  Answer answer;
  answer.status = status;
  answer.type = "text/html; charset=utf-8";
  const std::string title = std::to_string(status) + " " + std::string(http::reason_phrase(status));
  answer.page = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>" + title +
                "</title>\n<h1>" + title + "</h1>\n";
  if (!sentence.empty()) {
    answer.page += "<p>";
    http::append_html_escaped(answer.page, sentence);
    answer.page += '\n';
  }
  return answer;
}

void append_head(std::string& out, const Answer& answer, const Manner& manner) {
  auto head = http::HeadWriter::response(out, answer.status);
  head.field("Date", manner.date).field("Content-Type", answer.type);
  head.content_length(answer.size_bytes());
  if (answer.file.is_open())
    head.field("Last-Modified", http::DateText(answer.file.modified_seconds()).text());
  if (!answer.location.empty()) head.field("Location", answer.location);
  if (!answer.allowed.empty()) head.field("Allow", answer.allowed);
  if (!answer.retry_after.empty()) head.field("Retry-After", answer.retry_after);
  head.connection(manner.keep_alive, manner.minor_version).end();
}

}  // namespace rill::httpd
