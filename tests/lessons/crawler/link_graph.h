// Random web sites as values: pages with links in many spellings, redirects, errors, traps. Made
// for properties: a graph knows by itself which of its pages a crawler must reach.
#pragma once

#include <cstddef>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "tests/lessons/crawler/scripted_origin.h"

namespace rill::testing {

struct GraphPage {
  enum class Kind : std::uint8_t {
    length,
    chunked,
    until_close,  // pages, in the three framings
    redirect,     // to its first link, or nowhere
    server_error,
    not_html,  // with links that do not count
    cut,
    hang,  // no page ever; no links either
  };

  Kind kind = Kind::length;
  Duration delay;
  std::vector<std::size_t> links;      // page numbers
  std::vector<std::size_t> spellings;  // one for each link
};

struct LinkGraph {
  std::vector<GraphPage> pages;  // the first is the start

  /// The target of a page: different folders, queries and letters.
  static std::string target(std::size_t page);
  /// One of the ways to write a link to `page` on a page in any folder.
  static std::string spelled(std::size_t page, std::size_t spelling);

  /// The targets that a crawler which follows every link and redirect asks for.
  std::set<std::string> reachable() const;
  bool has(GraphPage::Kind kind) const;
  void put_on(ScriptedOrigin& origin) const;
};

std::ostream& operator<<(std::ostream& out, const LinkGraph& graph);

/// Up to `most_pages` pages, any links; circles and duplicates are likely.
LinkGraph any_graph(std::size_t most_pages);

}  // namespace rill::testing
