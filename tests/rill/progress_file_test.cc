// The learner's progress: kept, merged, never lost.
#include "lessons/rill/progress_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "lessons/rill/stop.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/testing.h"

namespace rill::command {
namespace {

using State = Standing::State;

/// A file of its own for each test.
struct Folder : testing::ScratchFolder {
  std::filesystem::path file() const { return path / ".rill-state"; }
};

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

TEST_CASE("no file is no progress", "[progress]") {
  const Folder folder;
  const ProgressFile progress(folder.file());
  CHECK(progress.of("L08").state == State::open);
  CHECK(progress.of("L08").hints == 0);
}

TEST_CASE("what is set is read again, sorted by lesson", "[progress]") {
  const Folder folder;
  {
    ProgressFile progress(folder.file());
    progress.set("L08", {.state = State::done, .date = "2026-01-05", .hints = 1, .rest = ""});
    progress.set("L02", {.state = State::seen, .date = "2026-01-06", .hints = 3, .rest = ""});
    progress.set("L07", {.state = State::open, .date = "2026-01-07", .hints = 2, .rest = ""});
  }
  CHECK(text_of(folder.file()) ==
        "L02 seen 2026-01-06 hints=3\nL07 open 2026-01-07 hints=2\nL08 done 2026-01-05 hints=1\n");
  const ProgressFile again(folder.file());
  CHECK(again.of("L02").state == State::seen);
  CHECK(again.of("L07").hints == 2);
  CHECK(again.of("L08").date == "2026-01-05");
}

TEST_CASE("lines that it does not know are kept as they are", "[progress]") {
  const Folder folder;
  const std::string unknown =
      "# a remark\nL01 perfect 2026-01-05 hints=1\nL03 done 2026-01-05 hints=99999999999\n"
      "streak 12\n";
  write(folder.file(), unknown + "L08 done 2026-01-05 hints=1 stars=3\n");
  ProgressFile progress(folder.file());
  CHECK(progress.of("L01").state == State::open);
  progress.set("L09", {.state = State::done, .date = "2026-02-01", .hints = 0, .rest = ""});
  const std::string text = text_of(folder.file());
  for (const char* const line :
       {"# a remark\n", "L01 perfect 2026-01-05 hints=1\n", "streak 12\n",
        "L03 done 2026-01-05 hints=99999999999\n", "L08 done 2026-01-05 hints=1 stars=3\n"}) {
    CHECK_THAT(text, testing::contains(line));
  }
}

TEST_CASE("two machines' files merge line by line", "[progress]") {
  const Folder folder;
  // What a line merge of "L01, L02" and "L02, L03" may give: any order, a line twice.
  write(folder.file(),
        "L03 done 2026-01-07 hints=0\nL02 open 2026-01-05 hints=3\nL01 done 2026-01-05 hints=0\n"
        "L02 done 2026-01-06 hints=1\nL02 open 2026-01-08 hints=0\n");
  ProgressFile progress(folder.file());
  CHECK(progress.of("L01").state == State::done);
  CHECK(progress.of("L03").state == State::done);
  // Of one lesson twice, what has been reached counts, in whatever order the lines stand.
  CHECK(progress.of("L02").state == State::done);
  CHECK(progress.of("L02").date == "2026-01-06");
  CHECK(progress.of("L02").hints == 3);
}

TEST_CASE("the marks of a merge that was left in conflict do no harm", "[progress]") {
  const Folder folder;
  write(folder.file(),
        "<<<<<<< HEAD\nL02 done 2026-01-06 hints=1\n=======\nL02 open 2026-01-05 hints=3\n"
        ">>>>>>> laptop\n");
  CHECK(ProgressFile(folder.file()).of("L02").state == State::done);
}

TEST_CASE("when it cannot be written, a sentence says so, and the old file stays", "[progress]") {
  const Folder folder;
  write(folder.file(), "L08 done 2026-01-05 hints=1\n");
  // A full disk, as far as a test can have one without root: /dev/full stands in for the new file.
  std::filesystem::create_symlink("/dev/full", folder.file().string() + ".new");
  ProgressFile progress(folder.file());
  try {
    progress.set("L09", {.state = State::done, .date = "2026-02-01", .hints = 0, .rest = ""});
    FAIL("it was written");
  } catch (const Stop& stop) {
    CHECK_THAT(stop.what(), testing::contains("No space left on device"));
    CHECK_THAT(stop.what(), testing::contains(folder.file().string()));
    CHECK(stop.code() == ExitCode::our_fault);
  }
  CHECK(text_of(folder.file()) == "L08 done 2026-01-05 hints=1\n");
}

}  // namespace
}  // namespace rill::command
