// Lessons are found by their folders.
#include "lessons/rill/catalogue.h"

#include <filesystem>
#include <fstream>

#include "lessons/rill/stop.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::command {
namespace {

struct Tree : testing::ScratchFolder {
  void add(const std::string& folder, const std::string& readme) {
    std::filesystem::create_directories(path / "lessons" / folder);
    std::ofstream(path / "lessons" / folder / "README.md") << readme;
  }
  const std::filesystem::path& root() const { return path; }
};

TEST_CASE("a new folder is a new lesson, and other folders are none", "[catalogue]") {
  Tree tree;
  tree.add("L12_crawler", "# L12 crawler: many at once\n");
  tree.add("L08_framing", "# L08 framing: bytes are not messages\n");
  tree.add("echo", "");
  tree.add("L8_short", "");
  tree.add("Later_on", "");
  const Catalogue catalogue(tree.root());
  REQUIRE(catalogue.lessons().size() == 2);
  const LessonFolder& framing = catalogue.lessons()[0];
  CHECK(framing.id == "L08");
  CHECK(framing.name == "framing");
  CHECK(framing.title == "bytes are not messages");
  CHECK(framing.part() == 'B');
  CHECK(framing.target("check") == "//lessons/L08_framing:check");
  CHECK(framing.answer().filename() == "framing.cc");
  CHECK(catalogue.lessons()[1].part() == 'C');
}

TEST_CASE("a lesson is found by each of its names, and by no part of one", "[catalogue]") {
  Tree tree;
  tree.add("L08_framing", "# L08 framing: x\n");
  const Catalogue catalogue(tree.root());
  for (const char* const word : {"L08", "l08", "framing", "Framing", "8", "08", "L08_framing"}) {
    CAPTURE(word);
    CHECK(catalogue.find(word) != nullptr);
  }
  for (const char* const word : {"", "fram", "L8x", "80", "L09"}) {
    CAPTURE(word);
    CHECK(catalogue.find(word) == nullptr);
  }
}

TEST_CASE("a tree without lessons is said to be none", "[catalogue]") {
  const Tree tree;
  CHECK_THROWS_AS(Catalogue(tree.root()), Stop);
}

}  // namespace
}  // namespace rill::command
