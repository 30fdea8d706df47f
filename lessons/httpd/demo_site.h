// The site that the simulated httpd serves: small, with one of everything - a page, a style sheet,
// a picture, a folder without an index, a name that needs care in a link, and a long file.
#pragma once

#include "lessons/httpd/memory_site.h"

namespace rill::httpd {

MemorySite demo_site();

}  // namespace rill::httpd
