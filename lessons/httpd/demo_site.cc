// See demo_site.h.
#include "lessons/httpd/demo_site.h"

namespace rill::httpd {

MemorySite demo_site() {
  MemorySite site;
  site.set(
      "index.html",
      "<!DOCTYPE html>\n<title>Rill</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n"
      "<h1>A small stream</h1>\n<img src=\"logo.svg\" alt=\"\">\n<a href=\"notes/\">notes</a>\n");
  site.set("style.css", "body { font: 16px sans-serif; }\n");
  site.set("logo.svg",
           "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 4\">"
           "<path d=\"M0 2q2-3 4 0t5 0\" fill=\"none\" stroke=\"teal\"/></svg>\n");
  site.set("notes/first.txt", "Water finds its way.\n");
  site.set("notes/50% done?.txt", "Not quite.\n");
  std::string long_text;
  for (int line = 1; line <= 4000; ++line) {
    long_text += "line " + std::to_string(line) + " of a file that takes its time\n";
  }
  site.set("long.txt", long_text);
  return site;
}

}  // namespace rill::httpd
