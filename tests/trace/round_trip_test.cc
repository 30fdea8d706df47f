// Records to lines and back: nothing is lost, and the same records are the same bytes.
#include <fstream>
#include <set>
#include <sstream>

#include "scheduler/trace/line.h"
#include "scheduler/trace/reader.h"
#include "scheduler/trace/schema.h"
#include "scheduler/trace/writer.h"
#include "tests/testing/property.h"
#include "tests/testing/scratch_folder.h"
#include "tests/testing/small_disk.h"

namespace rill::trace {
namespace {

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string text_of(const Log& log) {
  std::string text;
  append_line(text, log.header);
  for (const Record& record : log.records) append_line(text, record);
  return text;
}

void write(LineSink& sink, const Record& record) {
  std::string line;
  append_line(line, record);
  sink.write(record.kind, line);
}

/// The archive of schema.h that draws the fields that a kind has.
class Drawing {
 public:
  void number(const char*, std::uint64_t& value) { value = *rc::gen::arbitrary<std::uint64_t>(); }
  void hex(const char* name, std::uint64_t& value) { number(name, value); }
  void text(const char*, std::string& value) {
    value = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \"\\/#\n\t\x7F")));
    if (*rc::gen::inRange(0, 4) == 0) value += "zażółć 中 😀";
  }
  void data(const char*, std::string& value) { value = *rc::gen::arbitrary<std::string>(); }
  void flag(const char*, bool& value) { value = *rc::gen::arbitrary<bool>(); }
  void end(const char*, End& value) { value = *rc::gen::element(End::a, End::b); }
  void kind(Kind) {}
  void list(const char* name, std::vector<std::string>& values) {
    values.resize(*rc::gen::inRange<std::size_t>(0, 4));
    for (std::string& value : values) text(name, value);
  }
  template <class T>
  void optional(const char* name, T& value) {
    if (*rc::gen::arbitrary<bool>()) draw(name, value);
  }

 private:
  void draw(const char* name, std::uint64_t& value) { number(name, value); }
  void draw(const char* name, std::string& value) { text(name, value); }
  void draw(const char* name, bool& value) { flag(name, value); }
  void draw(const char* name, End& value) { end(name, value); }
  void draw(const char* name, std::optional<std::uint64_t>& value) {
    number(name, value.emplace());
  }
};

Record drawn_record(std::uint64_t n, Kind kind) {
  Record record;
  record.kind = kind;
  Drawing drawing;
  fields_of(drawing, record);
  // What a reader insists on.
  record.n = n;
  record.cause %= n;
  record.bytes = std::max<std::uint64_t>(record.bytes, record.data.size());
  return record;
}

RILL_PROPERTY("what is written is read back, and written again as the same bytes",
              std::uint64_t seed) {
  Log log;
  Drawing drawing;
  fields_of_header(drawing, log.header);
  log.header.seed = seed;
  const auto count = *rc::gen::inRange<std::uint64_t>(0, 40);
  std::uint64_t n = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    n += *rc::gen::inRange<std::uint64_t>(1, 3);
    const auto kind = *rc::gen::inRange<std::size_t>(0, static_cast<std::size_t>(Kind::end));
    log.records.push_back(drawn_record(n, static_cast<Kind>(kind)));
  }
  if (*rc::gen::arbitrary<bool>()) log.records.push_back(drawn_record(n + 1, Kind::end));
  const std::string text = text_of(log);
  const Log back = read(text);
  RC_ASSERT(back.header == log.header);
  RC_ASSERT(back.records == log.records);
  RC_ASSERT(text_of(back) == text);
}

TEST_CASE("the sample trace has every kind, and is written as it was read") {
  const std::string text = file_text("tests/trace/testdata/echo.jsonl");
  const Log log = read(text);
  std::set<Kind> seen;
  for (const Record& record : log.records) seen.insert(record.kind);
  CHECK(seen.size() == kKinds);
  CHECK(log.is_whole());
  CHECK(what_is_missing(log).empty());
  CHECK(text_of(log) == text);
}

TEST_CASE("all 256 bytes of a stream come back from the file") {
  Record record;
  record.n = 1;
  record.kind = Kind::send;
  record.conn = 1;
  record.end = End::a;
  for (int byte = 0; byte < 256; ++byte) record.data += static_cast<char>(byte);
  record.bytes = 256;
  std::string text;
  append_line(text, Header());
  append_line(text, record);
  CHECK(read(text).records.at(0) == record);
  CHECK(std::all_of(text.begin(), text.end(),
                    [](char c) { return c == '\n' || (c >= ' ' && c < 0x7F); }));
}

TEST_CASE("a text that is no UTF-8 is written as one that is") {
  Record record;
  record.n = 1;
  record.kind = Kind::note;
  record.text = "a\xFFz";
  std::string text;
  append_line(text, Header());
  append_line(text, record);
  CHECK(read(text).records.at(0).text == "a\xEF\xBF\xBDz");
}

TEST_CASE("a file has what was written to it, and says nothing of what is held back") {
  const testing::ScratchFolder folder;
  const std::string path = (folder.path / "t.jsonl").string();
  const Log log = read(file_text("tests/trace/testdata/echo.jsonl"));
  {
    FileWriter writer(path, log.header);
    CHECK(read_file(path).records.empty());
    write(writer, log.records[0]);
    writer.flush();
    CHECK(read_file(path).records.size() == 1);
    for (std::size_t i = 1; i < log.records.size(); ++i) write(writer, log.records[i]);
  }
  CHECK(read_file(path).records == log.records);
}

TEST_CASE("a file that cannot be made is one sentence") {
  CHECK_THROWS_WITH(FileWriter("/nowhere/t.jsonl", Header()),
                    "cannot write a trace to '/nowhere/t.jsonl': No such file or directory");
}

TEST_CASE("a full disk ends the trace and not the run, and what was written can be read") {
  const testing::ScratchFolder folder;
  const std::string path = (folder.path / "t.jsonl").string();
  const Log log = read(file_text("tests/trace/testdata/echo.jsonl"));
  {
    FileWriter writer(path, log.header);
    const testing::SmallDisk disk(1000);
    for (const Record& record : log.records) {
      write(writer, record);
      writer.flush();
    }
    CHECK(writer.left_out() > 0);
  }
  const Log kept = read_file(path);
  CHECK(kept.is_torn);
  REQUIRE(kept.records.size() > 2);
  CHECK(std::equal(kept.records.begin(), kept.records.end(), log.records.begin()));
}

TEST_CASE(
    "memory has a bound: what does not fit is counted, and why it failed and the end are there") {
  const Log log = read(file_text("tests/trace/testdata/echo.jsonl"));
  TextWriter writer(log.header, 4000);
  for (const Record& record : log.records) {
    record.kind == Kind::end ? writer.end(record) : write(writer, record);
  }
  const Log kept = read(writer.text());
  CHECK(writer.text().size() < 4400);
  CHECK(writer.left_out() > 0);
  CHECK(kept.records.size() + writer.left_out() == log.records.size());
  CHECK(kept.left_out() == writer.left_out());
  CHECK(kept.records.back().events == kept.records.size() - 1);
  CHECK(kept.is_whole());
  CHECK(kept.records[kept.records.size() - 2].kind == Kind::run_fails);
  CHECK_THAT(what_is_missing(kept), testing::contains(" events were left out"));
}

}  // namespace
}  // namespace rill::trace
