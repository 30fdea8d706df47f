// See html.h. The page comes in pieces from page.cc, which embed.py makes at build time.
#include "scheduler/view/html.h"

#include <string_view>
#include <vector>

#include "scheduler/trace/line.h"
#include "scheduler/view/page.h"
#include "scheduler/view/sources.h"

namespace rill::view {
namespace {

/// JSON as it may stand in a <script> element: of all characters only `<` could end it, and in JSON
/// `<` is in strings alone. U+2028 and U+2029 end a line for JavaScript, if anybody reads it so.
std::string as_script_data(std::string_view json) {
  std::string safe;
  safe.reserve(json.size() + json.size() / 64);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string_view three = json.substr(i, 3);
    if (json[i] == '<') {
      safe += "\\u003c";
    } else if (three == "\xE2\x80\xA8" || three == "\xE2\x80\xA9") {
      safe += three == "\xE2\x80\xA8" ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      safe += json[i];
    }
  }
  return safe;
}

std::string lines_of(const trace::Log& log) {
  std::string lines;
  trace::Line line;
  line.set(log.header);
  lines += line.text();
  for (const trace::Record& record : log.records) {
    line.set(record);
    lines += line.text();
  }
  return lines;
}

std::string as_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else if (c == '"') {
      safe += "&quot;";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

std::string to_html(const trace::Log& log, const HtmlOptions& options) {
  std::vector<const trace::Log*> logs = {&log};
  if (options.other != nullptr) logs.push_back(options.other);
  std::string html;
  for (const PagePiece& piece : page_pieces()) {
    html += piece.text;
    if (piece.then == "title") {
      html += as_text(options.title);
    } else if (piece.then == "sources") {
      html += as_script_data(source_lines(logs, options.sources));
    } else if (piece.then == "axis") {
      html += options.axis == Axis::time ? "time" : "steps";
    } else if (piece.then == "unknown-a") {
      html += std::to_string(log.unknown);
    } else if (piece.then == "unknown-b") {
      html += std::to_string(options.other == nullptr ? 0 : options.other->unknown);
    } else if (piece.then == "trace-a") {
      html += as_script_data(lines_of(log));
    } else if (piece.then == "trace-b" && options.other != nullptr) {
      html += as_script_data(lines_of(*options.other));
    }
  }
  return html;
}

}  // namespace rill::view
