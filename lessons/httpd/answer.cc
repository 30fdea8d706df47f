// See answer.h.
#include "lessons/httpd/answer.h"

#include <algorithm>
#include <charconv>

#include "net/http/date.h"
#include "net/http/escape.h"
#include "net/http/status.h"
#include "scheduler/oracle.h"

namespace rill::httpd {

namespace {

// Pages of ours have a style and nothing else that runs or loads, whatever is in a file's name.
constexpr std::string_view kPagePolicy = "default-src 'none'; style-src 'unsafe-inline'";

void append(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_content_range(std::string& out, http::ByteRange bytes, std::uint64_t size_bytes) {
  out += "bytes ";
  append(out, bytes.begin);
  out += '-';
  append(out, bytes.end - 1);
  out += '/';
  append(out, size_bytes);
}

/// Made from the tag: the same for the same file, and in no file by chance (RFC 2046 5.1.1).
std::string boundary_of(const Answer& answer) {
  std::string boundary = "part-";
  for (const char c : answer.tag.text()) {
    if (c != '"' && c != '/') boundary += c;
  }
  return boundary;
}

bool has_body(int status) { return status != 204 && status != 304; }

}  // namespace

FileTag::FileTag(const FileVersion& version, bool is_weak) {
  std::uint64_t digest = 0;
  for (const std::uint64_t word :
       {version.size_bytes, version.number, static_cast<std::uint64_t>(version.modified_ns)})
    digest = scatter(digest ^ word);
  char* at = characters_.data();
  if (is_weak) at = std::copy_n("W/", 2, at);
  *at++ = '"';
  for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[digest >> shift & 15];
  *at++ = '"';
  size_ = static_cast<std::uint8_t>(at - characters_.data());
}

std::uint64_t Answer::size_bytes() const {
  std::uint64_t total = bytes.size_bytes() + page.size();
  for (const Part& part : parts) total += part.head.size() + part.bytes.size_bytes();
  return total;
}

Answer error_answer(int status, std::string_view sentence) {
  Answer answer;
  answer.status = status;
  // Both mean "not now" (RFC 9110 10.2.3, RFC 6585 section 4), and pass as soon as somebody leaves.
  if (status == 429 || status == 503) answer.retry_after = "1";
  if (!has_body(status)) return answer;
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

void choose_ranges(Answer& answer, const http::RangeSet& ranges) {
  const std::uint64_t size_bytes = answer.file.size_bytes();
  answer.status = 206;
  if (ranges.size() == 1) {
    answer.bytes = *ranges.begin();
    append_content_range(answer.content_range, answer.bytes, size_bytes);
    return;
  }
  answer.bytes = {};
  const std::string boundary = boundary_of(answer);
  for (const http::ByteRange bytes : ranges) {
    std::string head = (answer.parts.empty() ? "--" : "\r\n--") + boundary + "\r\nContent-Type: ";
    head.append(answer.type).append("\r\nContent-Range: ");
    append_content_range(head, bytes, size_bytes);
    head += "\r\n\r\n";
    answer.parts.push_back({std::move(head), bytes});
  }
  answer.page = "\r\n--" + boundary + "--\r\n";
}

void append_head(std::string& out, const Answer& answer, const Manner& manner) {
  auto head = http::HeadWriter::response(out, answer.status);
  head.field("Date", manner.date);
  if (has_body(answer.status)) {
    if (answer.parts.empty()) {
      head.field("Content-Type", answer.type);
    } else {
      head.field("Content-Type", "multipart/byteranges; boundary=" + boundary_of(answer));
    }
    head.content_length(answer.size_bytes()).field("X-Content-Type-Options", "nosniff");
    if (!answer.file.is_open()) head.field("Content-Security-Policy", kPagePolicy);
    if (!answer.content_range.empty()) head.field("Content-Range", answer.content_range);
  }
  if (answer.file.is_open()) {
    head.field("ETag", answer.tag.text());
    if (has_body(answer.status)) {
      head.field("Last-Modified", http::DateText(answer.modified_seconds).text())
          .field("Accept-Ranges", "bytes");
      if (!answer.coding.empty()) head.field("Content-Encoding", answer.coding);
    }
  }
  if (answer.varies) head.field("Vary", "Accept-Encoding");
  if (!answer.location.empty()) head.field("Location", answer.location);
  if (!answer.allowed.empty()) head.field("Allow", answer.allowed);
  if (!answer.retry_after.empty()) head.field("Retry-After", answer.retry_after);
  head.connection(manner.keep_alive, manner.minor_version).end();
}

}  // namespace rill::httpd
