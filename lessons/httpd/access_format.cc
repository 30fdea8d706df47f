// See access_format.h.
#include "lessons/httpd/access_format.h"

#include <charconv>
#include <optional>

#include "net/http/date.h"
#include "scheduler/print/utf8.h"

namespace rill::httpd {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool is_plain(char byte) { return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\'; }

/// How much of `text` can be taken as it is: most texts, all of it.
std::size_t plain_bytes(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_plain(text[count])) ++count;
  return count;
}

/// Appends a piece of what a client sent, escaped by `append_special`, which appends what is at the
/// front of a text and returns its bytes.
template <class F>
void append_field(std::string& out, std::string_view text, F append_special) {
  const bool is_long = text.size() > kMostFieldBytes;
  text = text.substr(0, kMostFieldBytes);
  while (!text.empty()) {
    const std::size_t plain = plain_bytes(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_special(out, text));
  }
  if (is_long) out += "...";
}

/// mod_log_config: \" and \\, all else as \xHH.
std::size_t append_special_common(std::string& out, std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  out += '\\';
  if (byte == '"' || byte == '\\') {
    out += text[0];
  } else {
    out.append({'x', kHexDigits[byte >> 4], kHexDigits[byte & 15]});
  }
  return 1;
}

void append_utf16(std::string& out, std::uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHexDigits[unit >> shift & 15];
}

/// RFC 8259 section 7: \" and \\, all else as one \uXXXX or, beyond U+FFFF, as two.
std::size_t append_special_json(std::string& out, std::string_view text) {
  if (text[0] == '"' || text[0] == '\\') {
    out.append({'\\', text[0]});
    return 1;
  }
  constexpr std::uint32_t kReplacement = 0xFFFD;
  const print::CodePoint point = print::first_code_point(text);
  const std::uint32_t code = point.is_valid ? point.code : kReplacement;
  if (code < 0x10000) {
    append_utf16(out, code);
  } else {
    append_utf16(out, 0xD800 + ((code - 0x10000) >> 10));
    append_utf16(out, 0xDC00 + ((code - 0x10000) & 0x3FF));
  }
  return point.size_bytes;
}

std::optional<std::string_view> find(const Access& access, std::string_view name) {
  if (access.fields == nullptr) return std::nullopt;
  return access.fields->find(name);
}

void append_quoted(std::string& out, std::optional<std::string_view> text) {
  out += " \"";
  append_field(out, text.value_or("-"), append_special_common);
  out += '"';
}

/// `name` comes with its quotes, comma and colon.
void append_string(std::string& out, std::string_view name, std::optional<std::string_view> text) {
  out += name;
  if (!text) {
    out += "null";
    return;
  }
  out += '"';
  append_field(out, *text, append_special_json);
  out += '"';
}

/// "2026-11-26T04:40:00Z", or "26/Nov/2026:04:40:00 +0000", out of "Thu, 26 Nov 2026 04:40:00 GMT".
std::string time_text(std::int64_t seconds, AccessFormat format) {
  const http::DateText date(seconds);
  const std::string text(date.text());
  const std::string day = text.substr(5, 2);
  const std::string month = text.substr(8, 3);
  const std::string year = text.substr(12, 4);
  const std::string time = text.substr(17, 8);
  if (format != AccessFormat::json) {
    return day + "/" + month + "/" + year + ":" + time + " +0000";
  }
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::string number = std::to_string(kMonths.find(month) / 3 + 1);
  return year + "-" + (number.size() < 2 ? "0" : "") + number + "-" + day + "T" + time + "Z";
}

constexpr std::string_view kVersions[] = {"HTTP/1.0", "HTTP/1.1"};

}  // namespace

void AccessFormatter::append(std::string& out, const Access& access) {
  if (access.ended_seconds != seconds_) {
    seconds_ = access.ended_seconds;
    time_ = time_text(seconds_, format_);
  }
  format_ == AccessFormat::json ? append_json(out, access) : append_common(out, access);
  out += '\n';
}

void AccessFormatter::append_common(std::string& out, const Access& access) {
  out.append(access.client.host_text()).append(" - - [").append(time_).append("] \"");
  if (access.is_understood()) {
    append_field(out, access.method, append_special_common);
    out += ' ';
    append_field(out, access.target, append_special_common);
    out += ' ';
    out += kVersions[access.minor_version > 0];
  } else {
    out += '-';
  }
  out += "\" ";
  append_number(out, static_cast<std::uint64_t>(access.status));
  out += ' ';
  if (access.body_bytes > 0) {
    append_number(out, access.body_bytes);
  } else {
    out += '-';
  }
  if (format_ == AccessFormat::common) return;
  append_quoted(out, find(access, "Referer"));
  append_quoted(out, find(access, "User-Agent"));
}

void AccessFormatter::append_json(std::string& out, const Access& access) {
  const auto if_understood = [&](std::string_view text) {
    return access.is_understood() ? std::optional(text) : std::nullopt;
  };
  out.append("{\"time\":\"").append(time_);
  out.append("\",\"client\":\"").append(access.client.host_text());
  out += "\",\"port\":";
  append_number(out, access.client.port);
  append_string(out, ",\"method\":", if_understood(access.method));
  append_string(out, ",\"target\":", if_understood(access.target));
  append_string(out, ",\"version\":", if_understood(kVersions[access.minor_version > 0]));
  out += ",\"status\":";
  append_number(out, static_cast<std::uint64_t>(access.status));
  out += ",\"body_bytes\":";
  append_number(out, access.body_bytes);
  out += ",\"duration_us\":";
  append_number(out, static_cast<std::uint64_t>(access.took.ns / 1000));
  append_string(out, ",\"referer\":", find(access, "Referer"));
  append_string(out, ",\"user_agent\":", find(access, "User-Agent"));
  out += access.is_complete ? ",\"complete\":true}" : ",\"complete\":false}";
}

}  // namespace rill::httpd
