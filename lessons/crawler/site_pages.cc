// What is on the site: pages whose links are spelled in every way that means the same.
#include <algorithm>

#include "lessons/crawler/site.h"

namespace rill::crawler {
namespace {

constexpr int kSections = 9;
constexpr int kArticles = 10;  // in each section: 1 + 9 + 9 * 10 pages

std::string section_path(int section) { return "/section-" + std::to_string(section) + "/"; }
std::string article_path(int section, int article) {
  return section_path(section) + "article-" + std::to_string(article) + ".html";
}

std::string link(std::string_view href) {
  return "<li><a href=\"" + std::string(href) + "\">" + std::string(href) + "</a>\n";
}

/// So many bytes that pages differ in size, and some come in several segments.
std::string filler(int paragraphs) {
  std::string text;
  for (int i = 0; i < paragraphs; ++i) {
    text += "<p>The stream that runs past this page is called a rill, and is heard before seen.\n";
  }
  return text;
}

std::string page(const std::string& title, const std::string& links, int paragraphs) {
  return "<!doctype html>\n<title>" + title + "</title>\n<h1>" + title + "</h1>\n<ul>\n" + links +
         "</ul>\n" + filler(paragraphs);
}

std::string home_page(bool is_faulty) {
  std::string links;
  for (int section = 0; section < kSections; ++section) {
    switch (section % 3) {
      case 0:
        links += link("section-" + std::to_string(section) + "/");
        break;
      case 1:
        links += link(section_path(section) + "#top");
        break;
      default:
        links += link("./x/.." + section_path(section));
        break;
    }
  }
  links += link("http://elsewhere.test/") + link("mailto:editor@site.test");
  if (is_faulty) links += link("/moved") + link("/circle-a") + link("/drip") + link("/private/");
  return page("Home", links, 3);
}

std::string section_page(int section, bool is_faulty) {
  std::string links = link("/") + link("..");
  for (int article = 0; article < kArticles; ++article) {
    links += link(article % 2 == 0 ? article_path(section, article)
                                   : "article-" + std::to_string(article) + ".html");
  }
  if (is_faulty && section % 4 == 1) links += link("/missing.html");
  if (is_faulty && section == 2) links += link("/cut-short") + link("/broken");
  return page("Section " + std::to_string(section), links, 5 + section);
}

std::string article_page(int section, int article) {
  const int next = (article + 1) % kArticles;
  const std::string links =
      link("./") + link("/../") + link("article-" + std::to_string(next) + ".html#notes");
  return page("Article " + std::to_string(section) + "." + std::to_string(article), links,
              (section * 7 + article * 11) % 40);
}

Resource::Framing framing_of(int article) {
  using Framing = Resource::Framing;
  if (article % 5 == 3) return Framing::close;
  return article % 2 == 1 ? Framing::chunked : Framing::length;
}

void add_faults(Site& site, Duration delay) {
  using Framing = Resource::Framing;
  const std::string body = page("Faulty", "", 4);
  site.add("/moved", {.status = 301, .body = "", .location = "/section-0/", .delay = delay});
  site.add("/circle-a", {.status = 302, .body = "", .location = "/circle-b", .delay = delay});
  site.add("/circle-b", {.status = 302, .body = "", .location = "circle-a", .delay = delay});
  site.add("/broken", {.status = 500, .body = body, .delay = delay});
  site.add("/cut-short", {.body = body, .framing = Framing::cut, .delay = delay});
  site.add("/drip", {.body = body, .framing = Framing::drip, .delay = delay});
}

}  // namespace

Site site_of_100_pages(Duration delay, bool is_faulty) {
  Site site;
  site.add("/", {.body = home_page(is_faulty), .delay = delay});
  for (int section = 0; section < kSections; ++section) {
    site.add(section_path(section), {.body = section_page(section, is_faulty), .delay = delay});
    for (int article = 0; article < kArticles; ++article) {
      site.add(
          article_path(section, article),
          {.body = article_page(section, article), .framing = framing_of(article), .delay = delay});
    }
  }
  site.add("/robots.txt", {.body = "User-agent: *\nDisallow: /private/\n"});
  if (is_faulty) add_faults(site, delay);
  return site;
}

std::vector<std::string> paths_of_100_pages() {
  std::vector<std::string> paths = {"/"};
  for (int section = 0; section < kSections; ++section) {
    paths.push_back(section_path(section));
    for (int article = 0; article < kArticles; ++article) {
      paths.push_back(article_path(section, article));
    }
  }
  return paths;
}

}  // namespace rill::crawler
