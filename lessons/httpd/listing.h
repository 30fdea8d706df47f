// The page that shows what is in a directory.
//
// Names are bytes that somebody else chose. In links every byte but letters, digits and "-._~" is
// percent-encoded, so a name cannot be read as a scheme, a query or another host; in text it is
// escaped for HTML. A name that no request could ask for (http::RequestPath refuses it) is left
// out, because its link would lead nowhere.
#pragma once

#include <string>

#include "lessons/httpd/site.h"

namespace rill::httpd {

/// More entries than that are not shown: what one request costs in time and memory has a bound.
inline constexpr std::size_t kMostEntries = 10'000;

/// `path` as for Site::list(). Sorted by name, byte by byte.
std::string listing_page(const std::string& path, Folder folder);

}  // namespace rill::httpd
