// --trace, --view and --pcap of a run that is longer than what a page is made from.
#include "lessons/common/run_files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "scheduler/trace/line.h"
#include "scheduler/trace/reader.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/small_disk.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

using lesson::RunFiles;
using lesson::Settings;

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

trace::Header header() {
  trace::Header result;
  result.program = "long";
  return result;
}

/// `notes` events and an end, as a recorder would write them.
void write_run(RunFiles& files, std::uint64_t notes) {
  trace::Record record;
  std::string line;
  for (std::uint64_t n = 1; n <= notes; ++n) {
    record = {};
    record.n = n;
    record.kind = trace::Kind::note;
    record.text = "this is event " + std::to_string(n) + ".";
    line.clear();
    append_line(line, record);
    files.write(record.kind, line);
  }
  record = {};
  record.n = notes + 1;
  record.kind = trace::Kind::end;
  record.events = notes;
  files.end(record);
  files.finish();
}

struct Files {
  Files() {
    settings.trace = (folder.path / "run.jsonl").string();
    settings.view = (folder.path / "run.html").string();
    settings.pcap = (folder.path / "run.pcapng").string();
  }
  ScratchFolder folder;
  Settings settings;
};

TEST_CASE("a page shows what fits its bound and says how much it left out; the trace has it all") {
  Files at;
  RunFiles files(at.settings, header(), /*most_bytes=*/4096);
  write_run(files, 1000);
  const trace::Log log = trace::read_file(at.settings.trace);
  CHECK(log.records.size() == 1001);
  CHECK(log.records.back().left_out == 0);
  const std::string page = contents_of(at.settings.view);
  CHECK_THAT(page, contains("this is event 1."));
  CHECK_THAT(page, !contains("this is event 1000."));
  CHECK_THAT(page, contains("\"left_out\":9"));  // nine hundred and some
  CHECK_THAT(page, !contains("\"events\":1000"));
  CHECK(std::filesystem::file_size(at.settings.pcap) > 0);
}

TEST_CASE("a run that fits is whole") {
  Files at;
  RunFiles files(at.settings, header());
  write_run(files, 10);
  CHECK_THAT(contents_of(at.settings.view), contains("this is event 10."));
  CHECK_THAT(contents_of(at.settings.view), !contains("\"left_out\":1"));
}

TEST_CASE(
    "a file that cannot be made is refused before the run, one that cannot be written after it") {
  Files at;
  for (std::string Settings::* const file : {&Settings::trace, &Settings::view, &Settings::pcap}) {
    Settings settings;
    settings.*file = "/no/such/folder";
    CHECK_THROWS_AS(RunFiles(settings, header()), lesson::UsageMistake);
    CHECK_THROWS_WITH(RunFiles(settings, header()),
                      contains("'/no/such/folder': No such file or directory"));
  }
  for (std::string Settings::* const file : {&Settings::view, &Settings::pcap}) {
    Settings settings;
    settings.*file = "/dev/full";
    RunFiles files(settings, header());
    CHECK_THROWS_AS(write_run(files, 10), lesson::Failure);
  }
}

TEST_CASE("a trace that could not be written to its end is a failure, after the run") {
  Files at;
  Settings settings;
  settings.trace = at.settings.trace;
  RunFiles files(settings, header());
  const SmallDisk disk(16'000);
  CHECK_THROWS_AS(write_run(files, 1000), lesson::Failure);
  CHECK(trace::read_file(settings.trace).is_torn);
}

TEST_CASE("a page on a full disk is a failure, and not a signal") {
  Files at;
  Settings settings;
  settings.view = at.settings.view;
  RunFiles files(settings, header());
  const SmallDisk disk(16'000);
  CHECK_THROWS_AS(write_run(files, 10), lesson::Failure);
}

/// A named pipe, and its reader.
struct Pipe {
  Pipe() {
    CHECK(mkfifo(path.c_str(), S_IRUSR | S_IWUSR) == 0);
    reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { close(reader); }
  ScratchFolder folder;
  std::string path = (folder.path / "pipe").string();
  int reader = -1;
};

TEST_CASE(
    "packets go into a named pipe when the run is over, and who reads it sees no end before") {
  const Pipe pipe;
  Settings settings;
  settings.pcap = pipe.path;
  RunFiles files(settings, header());
  pollfd end{pipe.reader, POLLIN, 0};
  CHECK(poll(&end, 1, 0) == 0);
  write_run(files, 10);
  char magic[4] = {};
  CHECK(read(pipe.reader, magic, sizeof magic) == 4);
  CHECK(std::string_view(magic, 4) == "\x0A\x0D\x0D\x0A");
}

TEST_CASE("a trace into a pipe that nobody reads any more is a failure, and not a signal") {
  Pipe pipe;
  Settings settings;
  settings.trace = pipe.path;
  RunFiles files(settings, header());
  close(std::exchange(pipe.reader, -1));
  CHECK_THROWS_WITH(write_run(files, 10), contains("could not be written to its end"));
}

TEST_CASE("the files are their owner's alone: they show what went over connections") {
  Files at;
  RunFiles files(at.settings, header());
  write_run(files, 1);
  for (const std::string& path : {at.settings.trace, at.settings.view, at.settings.pcap}) {
    CAPTURE(path);
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  }
}

}  // namespace
}  // namespace rill::testing
