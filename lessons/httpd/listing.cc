// See listing.h. Links are relative to the directory, whose own address ends in '/'.
#include "lessons/httpd/listing.h"

#include <algorithm>

#include "net/http/escape.h"
#include "net/http/path.h"
#include "net/http/percent.h"

namespace rill::httpd {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.6 system-ui,sans-serif;max-width:48em;margin:2em auto;padding:0 1em}"
    "h1{font-size:1.3em;overflow-wrap:anywhere}ul{list-style:none;padding:0}"
    "a{text-decoration:none}a:hover{text-decoration:underline}";

/// How many bytes the character at the front of `text` has (RFC 3629); 0 if it is not UTF-8.
std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  std::size_t bytes = 1;
  if (lead >= 0x80) bytes = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (bytes > text.size()) return 0;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return bytes;
}

/// For people: U+FFFD stands for what is not UTF-8.
void append_text(std::string& out, std::string_view name) {
  while (!name.empty()) {
    const std::size_t bytes = character_bytes(name);
    http::append_html_escaped(out, bytes > 0 ? name.substr(0, bytes) : "\xef\xbf\xbd");
    name.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
}

void append_item(std::string& page, std::string_view link, std::string_view text,
                 bool is_directory) {
  const std::string_view slash = is_directory ? "/" : "";
  page.append("<li><a href=\"").append(link).append(slash).append("\">");
  append_text(page, text);
  page.append(slash).append("</a>\n");
}

}  // namespace

std::string listing_page(const std::string& path, Folder folder) {
  std::string title = "Index of /";
  append_text(title, path.empty() ? path : path + "/");
  std::string page;
  page.append("<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">")
      .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
      .append(title)
      .append("</title>\n<style>")
      .append(kStyle)
      .append("</style>\n<h1>")
      .append(title)
      .append("</h1>\n<ul>\n");
  if (!path.empty()) append_item(page, "..", "..", true);

  std::sort(folder.entries.begin(), folder.entries.end());
  http::RequestPath asked;
  std::string target;
  for (const Entry& entry : folder.entries) {
    target = "/";
    http::append_percent_encoded(target, entry.name);
    if (asked.assign(target) != http::PathFault::none || asked.relative() != entry.name) continue;
    append_item(page, std::string_view(target).substr(1), entry.name, entry.is_directory);
  }
  page += "</ul>\n";
  if (!folder.is_complete) page += "<p>There are more, which are not shown.\n";
  return page;
}

}  // namespace rill::httpd
