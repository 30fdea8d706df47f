// Messages: what went from whom to whom in a run, for diagrams of sequences.
//
// Whom: hosts, if connections lead from one host to another; else tasks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scheduler/trace/record.h"

namespace rill::exports {

struct Message {
  enum class Kind : std::uint8_t {
    request,  ///< something that is answered: a connection, a spawn
    data,     ///< goes, and that is it
    lost,     ///< goes, and does not arrive
    broken,   ///< ends something: reset, refused, killed
    note      ///< of `from`, or of both
  };

  std::uint32_t event = 0;  ///< number of the record
  Kind kind = Kind::note;
  std::string from;
  std::string to;  ///< empty: a note of one
  std::string text;
};

/// In the order of the trace. Each record makes at most one.
std::vector<Message> messages_of(const trace::Log& log);

}  // namespace rill::exports
