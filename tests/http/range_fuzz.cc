// Any bytes as the value of Range, Accept-Encoding and the conditions: no crash, and ranges that
// cost no more than the whole, whatever is asked.
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/http/accept_encoding.h"
#include "net/http/entity_tag.h"
#include "net/http/preconditions.h"
#include "net/http/range.h"

using namespace rill::http;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_ranges(std::string_view value, std::uint64_t size_bytes) {
  RangeSet set;
  const RangeSet::Verdict verdict = set.parse(value, size_bytes);
  require((verdict == RangeSet::Verdict::some) == (set.size() > 0));
  require(set.size() <= RangeSet::kMostRanges);
  std::uint64_t total = 0;
  for (const ByteRange* range = set.begin(); range != set.end(); ++range) {
    require(range->begin < range->end && range->end <= size_bytes);
    total += range->size_bytes();
    for (const ByteRange* other = set.begin(); other != range; ++other)
      require(other->end + RangeSet::kLeastGapBytes <= range->begin ||
              range->end + RangeSet::kLeastGapBytes <= other->begin);
  }
  require(total <= size_bytes);
}

/// Through the parser, as a client would send it.
void check_fields(const std::string& value) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (const char* name : {"Accept-Encoding", "If-Match", "If-None-Match", "If-Range",
                           "If-Modified-Since", "If-Unmodified-Since", "Range"})
    head += std::string(name) + ": " + value + "\r\n";
  head += "\r\n";
  RequestParser parser;
  std::string_view input = head;
  if (parser.next(input) != Event::head) return;
  const CodingWeights weights = read_accept_encoding(parser.request().fields);
  require(weights.br <= 1000 && weights.gzip <= 1000 && weights.identity <= 1000);
  const Validators none;
  const Validators some{"\"a\"", 784'111'777};
  for (const Validators& current : {none, some}) {
    static_cast<void>(check_preconditions(parser.request(), current, 1'000'000'000));
    static_cast<void>(check_if_range(parser.request(), current, 1'000'000'000));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::uint64_t size_bytes :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, UINT64_MAX - 100})
    check_ranges(text, size_bytes);
  std::string_view list = text;
  std::size_t before = list.size() + 1;
  while (const auto tag = take_entity_tag(list)) {
    require(parse_entity_tag(tag->opaque).has_value() && list.size() < before);
    before = list.size();
  }
  require(list.empty());
  check_fields(std::string(text.substr(0, 4000)));
  return 0;
}
