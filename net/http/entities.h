// Character references in HTML attribute values.
#pragma once

#include <string>
#include <string_view>

namespace rill::http {

/// Replaces "&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#8212;" and "&#x2014;" in an attribute's
/// value by what they stand for, in UTF-8. The 2,200 other names of the HTML standard stay as they
/// are: URLs do not use them. A name without ';' counts only where the standard reads it in an
/// attribute: not before '=', a letter or a digit, so "?a=1&lt=2" stays.
std::string decode_entities(std::string_view value);

}  // namespace rill::http
