// PageLinks: the links of one HTML page that lead to pages, while the page still comes.
//
// What counts: <a>, <area>, <frame> and <iframe>; <link> if its rel is canonical, next or prev; and
// a refresh by <meta>. Each relative to its page, or to what <base> says. What does not: images
// (srcset too), scripts, style sheets and other <link>s, which are no pages; rel="nofollow" and
// pages with <meta name="robots" content="nofollow">, whose owners ask for that; and links that a
// script makes, for no script is run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http/links.h"
#include "net/http/url.h"

namespace rill::crawler {

class PageLinks {
 public:
  explicit PageLinks(const http::Url& page) : base_(page) {}

  /// Calls on_link(const std::optional<Url>&, bool is_nofollow) for each link in `piece`, which
  /// continues the one before. No URL: mailto:, javascript: and the like.
  template <class F>
  void scan(std::string_view piece, F on_link) {
    while (scanner_.next(piece)) {
      const http::Link link = scanner_.link();
      std::optional<http::Url> url = base_.resolve(link.url);
      if (leads_to_page(link)) on_link(url, link.is_nofollow || scanner_.page_is_nofollow());
      if (link.kind == http::LinkKind::base && url && !has_base_) {
        base_ = std::move(*url);
        has_base_ = true;
      }
    }
  }
  std::string title() const { return scanner_.title(); }

 private:
  static bool leads_to_page(const http::Link& link) {
    switch (link.kind) {
      case http::LinkKind::a:
      case http::LinkKind::area:
      case http::LinkKind::frame:
      case http::LinkKind::iframe:
      case http::LinkKind::refresh:
        return true;
      case http::LinkKind::link:
        return link.leads_to_page;
      case http::LinkKind::base:
      case http::LinkKind::image:
      case http::LinkKind::script:
        break;
    }
    return false;
  }

  http::LinkScanner scanner_;
  http::Url base_;
  bool has_base_ = false;  // the first counts (HTML 4.2.3)
};

}  // namespace rill::crawler
