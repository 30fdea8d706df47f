// Coded content for tests: the encoders that the product does not need, and what the decoder makes
// of some bytes, as text.
#pragma once

#include <string>
#include <string_view>

#include "net/http/coding.h"
#include "tests/http/transcript.h"

namespace rill::http {

/// One member, as gzip(1) writes it.
std::string gzip(std::string_view content);
/// With the wrapping of RFC 1950, and without it.
std::string zlib(std::string_view content);
std::string raw_deflate(std::string_view content);
std::string brotli(std::string_view content);
std::string encode(Coding coding, std::string_view content);

/// The content, then "|end" or "|" and the fault. Of br only the fault, if there is one: how much
/// of the content it gives out before depends on the cuts.
std::string coding_transcript(Coding coding, std::string_view bytes, const Cuts& cuts = {},
                              const DecodeLimits& limits = {});

}  // namespace rill::http
