// See link_graph.h.
#include "tests/lessons/crawler/link_graph.h"

#include <algorithm>
#include <array>

#include "tests/testing/property.h"

namespace rill::testing {
namespace {

using Kind = GraphPage::Kind;

bool is_page(Kind kind) {
  return kind == Kind::length || kind == Kind::chunked || kind == Kind::until_close;
}

std::string html_of(const GraphPage& page) {
  std::string html = "<html><!-- <a href='/never'> --><p>";
  for (std::size_t i = 0; i < page.links.size(); ++i) {
    html +=
        "<A class=x HREF=\"" + LinkGraph::spelled(page.links[i], page.spellings[i]) + "\">l</a>";
  }
  return html;
}

std::string chunked(std::string_view body) {
  std::string text;
  for (std::size_t at = 0; at < body.size(); at += 7) {
    const std::string_view piece = body.substr(at, 7);
    text += std::to_string(piece.size()) + "\r\n" + std::string(piece) + "\r\n";
  }
  return text + "0\r\n\r\n";
}

std::string head(std::string_view status, std::string_view type, std::string_view more) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type) + "\r\n" +
         std::string(more) + "\r\n";
}

std::string with_length(std::string_view status, std::string_view type, const std::string& body) {
  return head(status, type, "Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
}

Script script_of(const GraphPage& page) {
  const std::string html = html_of(page);
  switch (page.kind) {
    case Kind::length:
      return {pause(page.delay), send(with_length("200 OK", "text/html", html))};
    case Kind::chunked:
      return {pause(page.delay),
              send(head("200 OK", "text/html", "Transfer-Encoding: chunked\r\n") + chunked(html))};
    case Kind::until_close:
      return {pause(page.delay), send(head("200 OK", "text/html", "") + html), close()};
    case Kind::redirect:
      if (page.links.empty()) return {send(with_length("301 Moved", "text/html", html))};
      return {pause(page.delay),
              send(redirect(LinkGraph::spelled(page.links[0], page.spellings[0])))};
    case Kind::server_error:
      return {pause(page.delay), send(with_length("500 Oh", "text/html", html))};
    case Kind::not_html:
      return {pause(page.delay), send(with_length("200 OK", "text/plain", html))};
    case Kind::cut:
      return {send(head("200 OK", "text/html", "Content-Length: 99\r\n") + "<p>"), close()};
    case Kind::hang:
      return {hang()};
  }
  return {};
}

}  // namespace

std::string LinkGraph::target(std::size_t page) {
  const std::string number = std::to_string(page);
  const std::array<std::string, 4> forms = {"/p" + number, "/d/p" + number, "/d/p?n=" + number,
                                            "/d/e/p" + number + "/"};
  return page == 0 ? "/" : forms[page % forms.size()];
}

std::string LinkGraph::spelled(std::size_t page, std::size_t spelling) {
  const std::string path = target(page);
  switch (spelling % 8) {
    case 0:
      return path;
    case 1:
      return "http://site.test" + path;
    case 2:
      return "HTTP://Site.TEST:80" + path;
    case 3:
      return "//site.test" + path;
    case 4:
      return path + "#part-" + std::to_string(spelling);
    case 5:
      return "../../../.." + path;  // more ".." than there are folders stay at the top
    case 6:
      return "/x/./.." + path;
    default:
      return page == 0 ? path
                       : path.substr(0, path.rfind('p')) + "%70" + path.substr(path.rfind('p') + 1);
  }
}

std::set<std::string> LinkGraph::reachable() const {
  std::set<std::size_t> seen = {0};
  std::vector<std::size_t> waiting = {0};
  while (!waiting.empty()) {
    const GraphPage& page = pages[waiting.back()];
    waiting.pop_back();
    std::vector<std::size_t> found;
    if (is_page(page.kind)) found = page.links;
    if (page.kind == Kind::redirect && !page.links.empty()) found = {page.links[0]};
    for (const std::size_t next : found) {
      if (seen.insert(next).second) waiting.push_back(next);
    }
  }
  std::set<std::string> targets;
  for (const std::size_t page : seen) targets.insert(target(page));
  return targets;
}

bool LinkGraph::has(Kind kind) const {
  return std::any_of(pages.begin(), pages.end(),
                     [&](const GraphPage& page) { return page.kind == kind; });
}

void LinkGraph::put_on(ScriptedOrigin& origin) const {
  for (std::size_t i = 0; i < pages.size(); ++i) origin.on(target(i), script_of(pages[i]));
}

std::ostream& operator<<(std::ostream& out, const LinkGraph& graph) {
  static constexpr const char* kNames[] = {"length",       "chunked",  "until_close", "redirect",
                                           "server_error", "not_html", "cut",         "hang"};
  for (std::size_t i = 0; i < graph.pages.size(); ++i) {
    const GraphPage& page = graph.pages[i];
    out << "\n  " << LinkGraph::target(i) << " " << kNames[static_cast<std::size_t>(page.kind)]
        << " after " << to_string(page.delay) << " ->";
    for (std::size_t j = 0; j < page.links.size(); ++j) {
      out << " " << LinkGraph::spelled(page.links[j], page.spellings[j]);
    }
  }
  return out;
}

LinkGraph any_graph(std::size_t most_pages) {
  const auto count = *rc::gen::inRange<std::size_t>(1, most_pages + 1);
  LinkGraph graph;
  graph.pages.resize(count);
  for (GraphPage& page : graph.pages) {
    // Three of four are ordinary, so that the graph has depth.
    const auto kind = *rc::gen::weightedElement<int>(
        {{9, 0}, {5, 1}, {3, 2}, {4, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}});
    page.kind = static_cast<Kind>(kind);
    page.delay = milliseconds(*rc::gen::inRange<std::int64_t>(0, 60));
    page.links =
        *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, count));
    page.spellings = *rc::gen::container<std::vector<std::size_t>>(
        page.links.size(), rc::gen::inRange<std::size_t>(0, 8));
  }
  return graph;
}

}  // namespace rill::testing
