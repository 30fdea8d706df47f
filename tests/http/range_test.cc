// Range: what is asked for, and that no way of asking costs more than the whole.
#include "net/http/range.h"

#include <string>

#include "tests/testing/testing.h"

using namespace rill::http;

namespace {

/// "0-4 10-19" (last byte included), "none", "unsatisfied".
std::string ranges(std::string_view value, std::uint64_t size_bytes) {
  RangeSet set;
  switch (set.parse(value, size_bytes)) {
    case RangeSet::Verdict::none:
      return "none";
    case RangeSet::Verdict::unsatisfied:
      return "unsatisfied";
    case RangeSet::Verdict::some:
      break;
  }
  std::string text;
  for (const ByteRange range : set) {
    text += (text.empty() ? "" : " ") + std::to_string(range.begin) + "-" +
            std::to_string(range.end - 1);
  }
  return text;
}

struct Row {
  std::string value;
  std::string expected;
};

}  // namespace

TEST_CASE("one range of 1000 bytes", "[http][range]") {
  const std::vector<Row> rows = {
      {"bytes=0-0", "0-0"},
      {"bytes=0-4", "0-4"},
      {"bytes=999-999", "999-999"},
      {"bytes=998-", "998-999"},
      {"bytes=0-", "0-999"},
      {"bytes=0-999", "0-999"},
      {"bytes=0-1000", "0-999"},
      {"bytes=990-5000", "990-999"},
      {"bytes=-1", "999-999"},
      {"bytes=-1000", "0-999"},
      {"bytes=-1001", "0-999"},
      {"bytes=-00001", "999-999"},
      {"bytes=000-0004", "0-4"},
      {"BYTES=0-4", "0-4"},
      {"bytes= 0-4 ", "0-4"},
      {"bytes=,0-4,,", "0-4"},
      // Behind the end.
      {"bytes=1000-", "unsatisfied"},
      {"bytes=1000-1001", "unsatisfied"},
      {"bytes=-0", "unsatisfied"},
      {"bytes=5000-5001, -0", "unsatisfied"},
      {"bytes=1000-,0-0", "0-0"},
      // Numbers that no counter holds (CVE-2017-7529).
      {"bytes=0-18446744073709551615", "0-999"},
      {"bytes=0-18446744073709551616", "0-999"},
      {"bytes=-18446744073709551615", "0-999"},
      {"bytes=-18446744073709551617", "0-999"},
      {"bytes=-9223372036854775808,-9223372036854774784", "0-999"},
      {"bytes=18446744073709551615-", "unsatisfied"},
      {"bytes=18446744073709551616-18446744073709551617", "unsatisfied"},
      {"bytes=99999999999999999999999999999999999999-", "unsatisfied"},
      {"bytes=0-99999999999999999999999999999999999999", "0-999"},
      // Malformed: as if it were not there.
      {"", "none"},
      {"bytes", "none"},
      {"bytes=", "none"},
      {"bytes=,", "none"},
      {"bytes=-", "none"},
      {"bytes=--1", "none"},
      {"bytes=1", "none"},
      {"bytes=5-4", "none"},
      {"bytes=a-b", "none"},
      {"bytes=0-b", "none"},
      {"bytes=0x0-4", "none"},
      {"bytes=+0-4", "none"},
      {"bytes=0--4", "none"},
      {"bytes=0-4-5", "none"},
      {"bytes=0 -4", "none"},
      {"bytes=0- 4", "none"},
      {"bytes =0-4", "none"},
      {"bytes:0-4", "none"},
      {"bytes=0-4;5-6", "none"},
      {"bytes=0-4,x", "none"},
      {"bytes=0-4 5-6", "none"},
      {"items=0-4", "none"},
      {"none", "none"},
      {"0-4", "none"},
      {"=0-4", "none"},
  };
  for (const Row& row : rows) {
    INFO(row.value);
    CHECK(ranges(row.value, 1000) == row.expected);
  }
}

TEST_CASE("several ranges of 1000 bytes come in their order, and none twice", "[http][range]") {
  const std::vector<Row> rows = {
      {"bytes=0-0,500-500", "0-0 500-500"},
      {"bytes=500-500, 0-0", "500-500 0-0"},
      {"bytes=0-99,-100", "0-99 900-999"},
      {"bytes=0-9,5-14", "0-14"},
      {"bytes=5-14,0-9", "0-14"},
      {"bytes=0-,0-,0-", "0-999"},
      {"bytes=0-9,10-19", "0-19"},
      // A gap of 80 bytes, and one less.
      {"bytes=0-9,90-99", "0-9 90-99"},
      {"bytes=0-9,89-99", "0-99"},
      {"bytes=90-99,0-9", "90-99 0-9"},
      {"bytes=89-99,0-9", "0-99"},
      // What joins two others joins all three, in the place of the first.
      {"bytes=0-9,200-209,5-205", "0-209"},
      {"bytes=500-509,0-9,700-709,505-705", "500-709 0-9"},
      {"bytes=0-0,1000-1001,500-500", "0-0 500-500"},
  };
  for (const Row& row : rows) {
    INFO(row.value);
    CHECK(ranges(row.value, 1000) == row.expected);
  }
}

TEST_CASE("nothing has no ranges, and too many are not heeded", "[http][range]") {
  CHECK(ranges("bytes=0-", 0) == "none");
  CHECK(ranges("bytes=-5", 0) == "none");
  std::string many = "bytes=";
  for (std::size_t i = 0; i < RangeSet::kMostRanges; ++i)
    many += (i == 0 ? "" : ",") + std::to_string(i * 1000) + "-" + std::to_string(i * 1000);
  RangeSet set;
  CHECK(set.parse(many, 1'000'000) == RangeSet::Verdict::some);
  CHECK(set.size() == RangeSet::kMostRanges);
  CHECK(set.parse(many + ",999999-", 1'000'000) == RangeSet::Verdict::none);
  // Those behind the end count too: reading them has a bound.
  CHECK(set.parse(many + ",5000000-", 1'000'000) == RangeSet::Verdict::none);
  CHECK(set.size() == 0);
}

TEST_CASE("the largest size that there is", "[http][range]") {
  CHECK(ranges("bytes=0-", UINT64_MAX) == "0-18446744073709551614");
  CHECK(ranges("bytes=18446744073709551614-18446744073709551615", UINT64_MAX) ==
        "18446744073709551614-18446744073709551614");
  CHECK(ranges("bytes=-1", UINT64_MAX) == "18446744073709551614-18446744073709551614");
}
