// Accept-Encoding (RFC 9110 12.5.3): which content coding a client would like best.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/http/message.h"

namespace rill::http {

/// How much the client wants each coding, in thousandths; 0: not at all.
struct CodingWeights {
  std::uint16_t br = 0;
  std::uint16_t gzip = 0;
  /// Where the client does not say: less than anything that it names.
  std::uint16_t identity = 0;
};

/// Without the field: identity, and nothing else, though anything would be allowed: who does not
/// ask for compression may not know it. A member that is malformed is as if it were not there.
CodingWeights read_accept_encoding(const FieldList& fields);

}  // namespace rill::http
