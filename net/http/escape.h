// Text made safe for HTML: names of files and bytes of requests go into listings and error pages.
// For links see append_percent_encoded() in percent.h.
#pragma once

#include <string>
#include <string_view>

namespace rill::http {

/// Appends `text` so that it means itself in HTML text and in a quoted attribute: & < > " ' become
/// character references, and control bytes (but TAB, LF, CR) U+FFFD, which is how a browser shows
/// what cannot be shown. Bytes from 0x80 stay: say charset=utf-8.
void append_html_escaped(std::string& out, std::string_view text);

}  // namespace rill::http
