// Lines of source that a page takes with it, and the names of tasks in texts.
#include "scheduler/view/sources.h"

#include <cstdlib>
#include <fstream>

#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "scheduler/view/text.h"
#include "tests/testing/testing.h"

namespace rill::view {
namespace {

namespace fs = std::filesystem;

/// A new folder, "name" in that of the test.
fs::path folder(const std::string& name) {
  const char* const scratch = std::getenv("TEST_TMPDIR");
  const fs::path made = fs::path(scratch == nullptr ? "/tmp" : scratch) / name;
  fs::remove_all(made);
  fs::create_directories(made);
  return made;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string numbered(int lines) {
  std::string text;
  for (int line = 1; line <= lines; ++line) text += "line " + std::to_string(line) + "\n";
  return text;
}

trace::Log log_of(const std::string& events) {
  return trace::read(
      R"({"rill_trace":1,"program":"x","world":"sim","clock":"virtual","left_out":0})"
      "\n" +
      events);
}

/// A wait in line 5 of a.cc, called from line 1 of `caller`.
trace::Log wait(const std::string& caller = "lib/b.h") {
  return log_of(
      R"({"n":1,"t":0,"kind":"block","task":"x#1","on":"event","chain":["f at lib/a.cc:5","g at )" +
      caller +
      R"(:1"],"in":"lib/a.cc","at":"a.cc:5"})"
      "\n");
}

std::string lines_in(const fs::path& where, const trace::Log& log) {
  const trace::Log* const logs[] = {&log};
  const fs::path folders[] = {where};
  return source_lines(logs, folders);
}

TEST_CASE("the lines that a trace names are taken along, with two before and after each") {
  const fs::path tree = folder("tree");
  write(tree / "lib/a.cc", numbered(9));
  write(tree / "lib/b.h", "\tone \"line\"\xFF\r\nthe last");
  CHECK(lines_in(tree, wait()) ==
        R"({"lib/a.cc":{"3":"line 3","4":"line 4","5":"line 5","6":"line 6","7":"line 7"},)"
        R"("lib/b.h":{"1":" one \"line\"?","2":"the last"}})");
}

TEST_CASE("an event that names a file without its path means the one that another event told") {
  const fs::path tree = folder("tree");
  write(tree / "lib/a.cc", numbered(99));
  trace::Log log = wait();
  log.records.push_back(log.records.front());
  log.records.back().at = "a.cc:50";
  log.records.back().in = "";
  log.records.back().chain.clear();
  CHECK(lines_in(tree, log).find(R"("50":"line 50")") != std::string::npos);
}

TEST_CASE("without sources a page is whole, and names file and line alone") {
  const fs::path nothing = folder("nothing");
  CHECK(lines_in(nothing, wait()) == "{}");
  HtmlOptions options;
  options.sources = {nothing, "/no/such/folder"};
  CHECK(to_html(wait(), options).find(R"(id="sources">{}</script>)") != std::string::npos);
}

TEST_CASE("nothing is read outside of the folder, and no file that is no source") {
  const fs::path tree = folder("tree");
  const fs::path outside = folder("outside");
  write(outside / "secret.cc", numbered(3));
  write(tree / "secret.txt", numbered(3));
  write(tree / "inside.cc", numbered(3));
  fs::create_symlink(outside / "secret.cc", tree / "link.cc");
  fs::create_directories(tree / "folder.cc");
  for (const std::string& path :
       {"../outside/secret.cc", "link.cc", "secret.txt", "folder.cc", "/etc/hostname", ""}) {
    INFO(path);
    CHECK(lines_in(tree, wait(path)) == "{}");
  }
  CHECK(lines_in(tree, wait((outside / "secret.cc").string())) == "{}");
  CHECK(lines_in(tree, wait((tree / "inside.cc").string())) != "{}");
  CHECK(lines_in("/", wait((outside / "secret.cc").string())) == "{}");
}

TEST_CASE("a large file is left out, and a long line is cut") {
  const fs::path tree = folder("tree");
  write(tree / "lib/a.cc", std::string((2u << 20) + 1, '\n'));
  write(tree / "lib/b.h", std::string(5'000, 'x'));
  const std::string lines = lines_in(tree, wait());
  CHECK(lines.find("a.cc") == std::string::npos);
  CHECK(lines.size() < 300);
}

TEST_CASE("no line of a source can end the page's data") {
  const fs::path tree = folder("tree");
  write(tree / "lib/b.h", "</script><script>alert(1)</script>");
  HtmlOptions options;
  options.sources = {tree};
  const std::string page = to_html(wait(), options);
  CHECK(page.find("\\u003c/script>\\u003cscript>alert(1)") != std::string::npos);
  CHECK(page.find("</script><script>alert(1)") == std::string::npos);
}

TEST_CASE("a task has the name of its lane in all that the scheduler says") {
  const std::string text = to_text(
      log_of(R"({"n":1,"t":0,"kind":"spawn","target":"client#3","target_host":"h"})"
             "\n"
             R"({"n":2,"t":0,"kind":"decide","site":"turn","key":"00","choice":1,"of":3,)"
             R"("count":0,"text":"#3 'task' waits; x#3 'client', #9 'who', #9 'x #3 'client' )"
             R"(and #3 alone stay"})"
             "\n"
             R"({"n":3,"t":0,"kind":"note","host":"h","text":"I saw #3 'client'"})"
             "\n"),
      {.level = Level::everything});
  CHECK(text.find("client#3 waits; x#3 'client', #9 'who', #9 'x #3 'client' and #3 alone stay") !=
        std::string::npos);
  CHECK(text.find("I saw #3 'client'") != std::string::npos);
}

}  // namespace
}  // namespace rill::view
