// The content decoder: every coding at every cut, streams that are corrupt, cut short, followed by
// garbage, and bombs.
#include "net/http/coding.h"

#include <string>

#include "tests/http/coded.h"
#include "tests/testing/property.h"

using namespace rill::http;
using namespace std::string_literals;

namespace {

const std::string kText =
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, "
    "must be in want of a wife.";

constexpr Coding kCodings[] = {Coding::gzip, Coding::deflate, Coding::br};
const std::string kCorrupt = "|the content is not what its Content-Encoding says";
const std::string kCutShort = "|the coded content was cut short";

/// The transcript, which must be the same in one piece and cut at every place.
std::string at_every_cut(Coding coding, std::string_view bytes, const DecodeLimits& limits = {}) {
  const std::string whole = coding_transcript(coding, bytes, {}, limits);
  CHECK(coding_transcript(coding, bytes, every_byte(bytes), limits) == whole);
  for (std::size_t at = 0; at <= std::min<std::size_t>(bytes.size(), 512); ++at) {
    const std::string cut = coding_transcript(coding, bytes, {at}, limits);
    if (cut != whole) CHECK(cut + " at " + std::to_string(at) == whole);
  }
  return whole;
}

std::string zeros(std::size_t size) { return std::string(size, '0'); }

}  // namespace

TEST_CASE("Content-Encoding says one coding that is known, or nothing", "[http][coding]") {
  CHECK(parse_coding("") == Coding::identity);
  CHECK(parse_coding("identity") == Coding::identity);
  CHECK(parse_coding("gzip") == Coding::gzip);
  CHECK(parse_coding("X-GZip") == Coding::gzip);
  CHECK(parse_coding(" deflate , identity") == Coding::deflate);
  CHECK(parse_coding("br") == Coding::br);
  CHECK(parse_coding("zstd") == std::nullopt);
  CHECK(parse_coding("gzip, gzip") == std::nullopt);
  CHECK(parse_coding("br;q=1") == std::nullopt);
}

TEST_CASE("coded content comes whole, at every cut", "[http][coding]") {
  for (const Coding coding : kCodings) {
    CAPTURE(static_cast<int>(coding));
    CHECK(at_every_cut(coding, encode(coding, kText)) == kText + "|end");
    CHECK(at_every_cut(coding, encode(coding, "")) == "|end");
    CHECK(at_every_cut(coding, "") == "|end");
    const std::string large(300'000, 'x');
    CHECK(coding_transcript(coding, encode(coding, large)) == large + "|end");
  }
  CHECK(at_every_cut(Coding::deflate, raw_deflate(kText)) == kText + "|end");
  CHECK(at_every_cut(Coding::deflate, raw_deflate("")) == "|end");
  CHECK(coding_transcript(Coding::identity, kText, {3, 10}) == kText + "|end");
}

TEST_CASE("members of a gzip stream follow each other", "[http][coding]") {
  CHECK(at_every_cut(Coding::gzip, gzip("one ") + gzip("") + gzip("two")) == "one two|end");
}

TEST_CASE("a coded stream that ends early is an error, wherever it ends", "[http][coding]") {
  for (const Coding coding : kCodings) {
    CAPTURE(static_cast<int>(coding));
    const std::string coded = encode(coding, kText);
    for (std::size_t size = 1; size < coded.size(); ++size) {
      const std::string cut = coding_transcript(coding, coded.substr(0, size));
      if (!cut.ends_with(kCutShort)) CHECK(cut == kCutShort + " at " + std::to_string(size));
    }
  }
  const std::string two = gzip("one") + gzip("two");
  CHECK(coding_transcript(Coding::gzip, two.substr(0, two.size() - 1)) == "onetwo" + kCutShort);
}

TEST_CASE("bytes behind the end of a coded stream are an error", "[http][coding]") {
  CHECK(at_every_cut(Coding::gzip, gzip("a") + "garbage") == "a" + kCorrupt);
  CHECK(at_every_cut(Coding::gzip, gzip("a") + "x") == "a" + kCorrupt);
  CHECK(at_every_cut(Coding::gzip, gzip("a") + "\x1f") == "a" + kCutShort);
  CHECK(at_every_cut(Coding::gzip, gzip("a") + "\0\0"s) == "a" + kCorrupt);
  CHECK(at_every_cut(Coding::deflate, zlib("a") + "x") == "a" + kCorrupt);
  CHECK(at_every_cut(Coding::br, brotli("a") + "x") == kCorrupt);
}

TEST_CASE("what is not of the coding is an error", "[http][coding]") {
  CHECK(at_every_cut(Coding::gzip, kText) == kCorrupt);
  CHECK(at_every_cut(Coding::gzip, "x") == kCorrupt);
  CHECK(at_every_cut(Coding::gzip, zlib(kText)) == kCorrupt);
  CHECK(at_every_cut(Coding::deflate, "\xff\xff\xff\xff") == kCorrupt);
  CHECK(at_every_cut(Coding::br, "\xff\xff\xff\xff\xff\xff") == kCorrupt);
  std::string damaged = gzip(kText);
  damaged[damaged.size() - 6] ^= 1;  // its checksum
  CHECK(at_every_cut(Coding::gzip, damaged) == kText + kCorrupt);
  std::string dictionary = zlib(kText);
  dictionary[1] = '\xbb';  // asks for a preset dictionary (RFC 1950 2.2, FDICT)
  CHECK(at_every_cut(Coding::deflate, dictionary) == kCorrupt);
}

TEST_CASE("content ends at its limit, to the byte", "[http][coding]") {
  for (const Coding coding : kCodings) {
    CAPTURE(static_cast<int>(coding));
    const std::string coded = encode(coding, zeros(50'000));
    CHECK(coding_transcript(coding, coded, {}, {50'000, 0}) == zeros(50'000) + "|end");
    const std::string over = coding_transcript(coding, coded, {}, {49'999, 0});
    CHECK(over.ends_with("|the decoded content is too large"));
    CHECK((coding == Coding::br || over.starts_with(zeros(49'999) + "|")));
    CHECK(coding_transcript(coding, coded, {}, {0, 0}).ends_with("is too large"));
  }
}

TEST_CASE("a bomb is found out by its proportion, long before its end", "[http][coding]") {
  const DecodeLimits limits{std::uint64_t{1} << 40, 100};
  for (const Coding coding : kCodings) {
    CAPTURE(static_cast<int>(coding));
    const std::string bomb = encode(coding, zeros(20'000'000));
    const std::string found = coding_transcript(coding, bomb, {}, limits);
    CHECK(found.ends_with("|the content expands out of all proportion"));
    CHECK(found.size() < 2 * ContentDecoder::kFreeBytes);
    CHECK(coding_transcript(coding, bomb, {}, {limits.content_bytes, 0}).ends_with("|end"));
  }
  // Any page below the free size may expand as it likes.
  CHECK(coding_transcript(Coding::gzip, gzip(zeros(1'000'000)), {}, limits).ends_with("0|end"));
}

RILL_PROPERTY("any content comes back, at any cuts", const std::string& content, bool repeats) {
  const Coding coding = *rc::gen::element(Coding::gzip, Coding::deflate, Coding::br);
  std::string text = content;
  if (repeats && !content.empty()) {
    while (text.size() < 40'000) text += content;
  }
  const std::string coded = encode(coding, text);
  Cuts cuts = *rc::gen::container<Cuts>(rc::gen::inRange<std::size_t>(0, coded.size() + 1));
  std::sort(cuts.begin(), cuts.end());
  RC_ASSERT(coding_transcript(coding, coded, cuts) == text + "|end");
}

RILL_PROPERTY("damaged coded content means the same for every cut", const std::string& content) {
  const Coding coding = *rc::gen::element(Coding::gzip, Coding::deflate, Coding::br);
  std::string coded = encode(coding, kText + content);
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    coded[*rc::gen::inRange<std::size_t>(0, coded.size())] = *rc::gen::arbitrary<char>();
  }
  const std::string whole = coding_transcript(coding, coded);
  RC_ASSERT(coding_transcript(coding, coded, every_byte(coded)) == whole);
  for (std::size_t at = 0; at < std::min<std::size_t>(coded.size(), 512); ++at) {
    RC_ASSERT(coding_transcript(coding, coded, {at}) == whole);
  }
}
