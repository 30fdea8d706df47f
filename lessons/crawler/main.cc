// crawler: fetches every page of a web site, once each, many at a time - or a list of URLs, or a
// hundred pages in four ways. Read crawl.h first: the coroutines are there.
#include "lessons/crawler/program.h"

int main(int argc, char** argv) {
  rill::crawler::Choices choices;
  return rill::lesson::run_program(rill::crawler::crawler_program(choices), argc, argv);
}
