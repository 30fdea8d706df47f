// zlib and libbrotlidec behind one interface. See coding.h.
#include "net/http/coding.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <new>

#include "net/http/syntax.h"

namespace rill::http {
namespace {

constexpr std::size_t kOutputBytes = std::size_t{16} << 10;
constexpr std::size_t kMostInputBytes = std::size_t{1} << 20;  // at a time: zlib counts in 32 bits
constexpr int kGzip = 16 + MAX_WBITS;                          // zlib.h, inflateInit2
constexpr int kZlib = MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;

/// RFC 1950 2.2: the method is 8, and the two bytes are a multiple of 31.
bool is_zlib_header(char first, char second) {
  const unsigned cmf = static_cast<unsigned char>(first);
  const unsigned flg = static_cast<unsigned char>(second);
  return (cmf & 0x0f) == 8 && (cmf << 8 | flg) % 31 == 0;
}

}  // namespace

std::optional<Coding> parse_coding(std::string_view content_encoding) {
  Coding coding = Coding::identity;
  bool is_known = true;
  for_each_element(content_encoding, [&](std::string_view name, bool) {
    if (name.empty() || equals_ignoring_case(name, "identity")) return;
    is_known &= coding == Coding::identity;  // the first that is one
    if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) {
      coding = Coding::gzip;
    } else if (equals_ignoring_case(name, "deflate")) {
      coding = Coding::deflate;
    } else if (equals_ignoring_case(name, "br")) {
      coding = Coding::br;
    } else {
      is_known = false;
    }
  });
  if (!is_known) return std::nullopt;
  return coding;
}

void ContentDecoder::InflateEnd::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

void ContentDecoder::BrotliEnd::operator()(BrotliDecoderStateStruct* state) const {
  BrotliDecoderDestroyInstance(state);
}

ContentDecoder::ContentDecoder() = default;
ContentDecoder::ContentDecoder(ContentDecoder&&) noexcept = default;
ContentDecoder& ContentDecoder::operator=(ContentDecoder&&) noexcept = default;
ContentDecoder::~ContentDecoder() = default;

void ContentDecoder::start(Coding coding, const DecodeLimits& limits) {
  *this = ContentDecoder();
  coding_ = coding;
  limits_ = limits;
  if (coding == Coding::identity) return;
  output_.reset(new char[kOutputBytes]);
  if (coding == Coding::gzip) start_inflate(kGzip);
  if (coding != Coding::br) return;
  brotli_.reset(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  if (brotli_ == nullptr) throw std::bad_alloc();
}

void ContentDecoder::start_inflate(int window_bits) {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), window_bits) != Z_OK) throw std::bad_alloc();
  inflate_.reset(stream.release());
}

Event ContentDecoder::next(std::string_view& input, std::string_view& piece) {
  if (fault_ != Fault::none) return Event::error;
  for (;;) {
    if (input.empty() && !has_more_) return Event::need_input;
    if (coding_ == Coding::identity) {
      piece = input;
      input = {};
      return Event::body;
    }
    const std::size_t produced = decode(input);
    if (produced > 0) {
      const std::uint64_t room = limits_.content_bytes - content_bytes_;
      if (room == 0) return fail(Fault::too_large);
      piece = {output_.get(), static_cast<std::size_t>(std::min<std::uint64_t>(produced, room))};
      content_bytes_ += piece.size();
      if (is_bomb()) return fail(Fault::bomb);
      if (produced > room) fault_ = Fault::too_large;  // said by the next call
      return Event::body;
    }
    if (fault_ != Fault::none) return Event::error;
  }
}

Event ContentDecoder::finish() {
  if (fault_ != Fault::none) return Event::error;
  if (is_complete_ || coded_bytes_ == 0) return Event::end;
  return fail(Fault::truncated);
}

bool ContentDecoder::is_bomb() const {
  if (limits_.most_expansion == 0 || content_bytes_ <= kFreeBytes) return false;
  return content_bytes_ / limits_.most_expansion > coded_bytes_;
}

Event ContentDecoder::fail(Fault fault) {
  fault_ = fault;
  return Event::error;
}

// How many bytes are in output_ now. Without any, all input was taken, or fault_ is set.
std::size_t ContentDecoder::decode(std::string_view& input) {
  const std::size_t before = input.size();
  std::size_t produced = 0;
  if (coding_ == Coding::br) {
    produced = unbrotli_some(input);
  } else if (coding_ == Coding::gzip || is_chosen_ || choose_deflate(input)) {
    produced = inflate_some(input);
  }
  coded_bytes_ += before - input.size();
  return produced;
}

// False: all of the input was taken, and the second byte is still to come.
bool ContentDecoder::choose_deflate(std::string_view& input) {
  if (coded_bytes_ == 0) {
    held_byte_ = input.front();
    input.remove_prefix(1);
    coded_bytes_ = 1;
    if (input.empty()) return false;
  }
  start_inflate(is_zlib_header(held_byte_, input.front()) ? kZlib : kRaw);
  is_chosen_ = true;
  // A lone byte ends no stream and gives no content, so that this call cannot fail.
  inflate_->next_in = reinterpret_cast<Bytef*>(&held_byte_);
  inflate_->avail_in = 1;
  inflate_->next_out = reinterpret_cast<Bytef*>(output_.get());
  inflate_->avail_out = kOutputBytes;
  inflate(inflate_.get(), Z_NO_FLUSH);
  return true;
}

std::size_t ContentDecoder::inflate_some(std::string_view& input) {
  // zlib would wait for a second byte before it calls the first one wrong (RFC 1952 2.3.1).
  const bool is_member = coding_ == Coding::gzip && (coded_bytes_ == 0 || is_complete_);
  if (is_complete_ && (!is_member || inflateReset(inflate_.get()) != Z_OK)) fault_ = Fault::corrupt;
  if (is_member && input.front() != '\x1f') fault_ = Fault::corrupt;
  if (fault_ != Fault::none) return 0;
  is_complete_ = false;
  const auto given = static_cast<uInt>(std::min(input.size(), kMostInputBytes));
  // zlib does not write to its input (its type is older than const).
  inflate_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  inflate_->avail_in = given;
  inflate_->next_out = reinterpret_cast<Bytef*>(output_.get());
  inflate_->avail_out = kOutputBytes;
  const int result = inflate(inflate_.get(), Z_NO_FLUSH);
  input.remove_prefix(given - inflate_->avail_in);
  has_more_ = inflate_->avail_out == 0 && result == Z_OK;
  is_complete_ = result == Z_STREAM_END;
  // Z_BUF_ERROR: nothing to do without more input, which is no fault.
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) fault_ = Fault::corrupt;
  return kOutputBytes - inflate_->avail_out;
}

std::size_t ContentDecoder::unbrotli_some(std::string_view& input) {
  if (is_complete_) {
    fault_ = Fault::corrupt;
    return 0;
  }
  std::size_t left = input.size();
  const auto* from = reinterpret_cast<const std::uint8_t*>(input.data());
  std::size_t room = kOutputBytes;
  auto* to = reinterpret_cast<std::uint8_t*>(output_.get());
  const BrotliDecoderResult result =
      BrotliDecoderDecompressStream(brotli_.get(), &left, &from, &room, &to, nullptr);
  input.remove_prefix(input.size() - left);
  has_more_ = result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
  is_complete_ = result == BROTLI_DECODER_RESULT_SUCCESS;
  if (result == BROTLI_DECODER_RESULT_ERROR) fault_ = Fault::corrupt;
  return kOutputBytes - room;
}

std::string_view to_string(ContentDecoder::Fault fault) {
  switch (fault) {
    case ContentDecoder::Fault::none:
      return "no fault";
    case ContentDecoder::Fault::corrupt:
      return "the content is not what its Content-Encoding says";
    case ContentDecoder::Fault::truncated:
      return "the coded content was cut short";
    case ContentDecoder::Fault::too_large:
      return "the decoded content is too large";
    case ContentDecoder::Fault::bomb:
      return "the content expands out of all proportion";
  }
  return "unknown fault";
}

}  // namespace rill::http
