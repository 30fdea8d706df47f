// See coded.h.
#include "tests/http/coded.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace rill::http {
namespace {

std::string deflate_with(int window_bits, std::string_view content) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string coded(deflateBound(&stream, content.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  const int result = deflate(&stream, Z_FINISH);
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate");
  return coded;
}

}  // namespace

std::string gzip(std::string_view content) { return deflate_with(16 + MAX_WBITS, content); }
std::string zlib(std::string_view content) { return deflate_with(MAX_WBITS, content); }
std::string raw_deflate(std::string_view content) { return deflate_with(-MAX_WBITS, content); }

std::string brotli(std::string_view content) {
  std::size_t size = BrotliEncoderMaxCompressedSize(content.size()) + 64;
  std::string coded(size, '\0');
  const BROTLI_BOOL done =
      BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_DEFAULT_MODE, content.size(),
                            reinterpret_cast<const std::uint8_t*>(content.data()), &size,
                            reinterpret_cast<std::uint8_t*>(coded.data()));
  if (done == BROTLI_FALSE) throw std::runtime_error("BrotliEncoderCompress");
  coded.resize(size);
  return coded;
}

std::string encode(Coding coding, std::string_view content) {
  switch (coding) {
    case Coding::gzip:
      return gzip(content);
    case Coding::deflate:
      return zlib(content);
    case Coding::br:
      return brotli(content);
    case Coding::identity:
      break;
  }
  return std::string(content);
}

std::string coding_transcript(Coding coding, std::string_view bytes, const Cuts& cuts,
                              const DecodeLimits& limits) {
  ContentDecoder decoder;
  decoder.start(coding, limits);
  std::string text;
  std::string memory;  // overwritten by each piece, so that nobody can keep a view
  Event event = Event::need_input;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= cuts.size() && event == Event::need_input; ++i) {
    const std::size_t end = i < cuts.size() ? std::min(cuts[i], bytes.size()) : bytes.size();
    if (end < begin) continue;
    memory.assign(bytes.substr(begin, end - begin));
    begin = end;
    std::string_view input = memory;
    std::string_view piece;
    do {
      event = decoder.next(input, piece);
      if (event == Event::body) text += piece;
    } while (event == Event::body);
  }
  if (event == Event::need_input) event = decoder.finish();
  if (event == Event::end) return text + "|end";
  const std::string fault = "|" + std::string(to_string(decoder.fault()));
  return coding == Coding::br ? fault : text + fault;
}

}  // namespace rill::http
