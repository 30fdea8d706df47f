// Access: one answered request, for whoever counts or logs it.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/http/message.h"
#include "scheduler/address.h"
#include "scheduler/time.h"

namespace rill::httpd {

/// The views are the request's: valid during the call that hands it out.
struct Access {
  Address client;
  std::string_view method;  ///< "" if the request was refused before it was understood
  std::string_view target;  ///< as sent: visible ASCII; "" as above
  int minor_version = 1;    ///< HTTP/1.0 or HTTP/1.1
  const http::FieldList* fields = nullptr;  ///< of the request; null as above
  int status = 0;
  std::uint64_t body_bytes = 0;    ///< that were handed to the connection
  std::int64_t ended_seconds = 0;  ///< when it was answered: since 1970-01-01 00:00:00 UTC
  Duration took;                   ///< from the first byte of the request to the last of its answer
  bool is_complete = true;

  bool is_understood() const { return !method.empty(); }
};

}  // namespace rill::httpd
