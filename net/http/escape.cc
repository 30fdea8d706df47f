// See escape.h.
#include "net/http/escape.h"

namespace rill::http {

void append_html_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const bool is_space = c == '\t' || c == '\n' || c == '\r';
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        if (is_control && !is_space) {
          out += "\xef\xbf\xbd";
        } else {
          out += c;
        }
      }
    }
  }
}

}  // namespace rill::http
