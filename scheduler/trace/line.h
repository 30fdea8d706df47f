// A record, or the header, as its line of the file: one JSON object, fields in the order of
// schema.h, no spaces, a newline. The same record is the same bytes everywhere.
#pragma once

#include <string>

#include "scheduler/trace/record.h"

namespace rill::trace {

void append_line(std::string& to, const Header& header);
void append_line(std::string& to, const Record& record);

}  // namespace rill::trace
