// See places.h.
#include "scheduler/trace/places.h"

#include "scheduler/deadlock.h"

namespace rill::trace {

const PlaceText& Places::of(const std::source_location& where) {
  PlaceText& text = texts_[{where.file_name(), where.function_name(), where.line()}];
  if (!text.at.empty()) return text;
  const std::string line = ":" + std::to_string(where.line());
  text.path = short_file(where.file_name());
  text.at = text.path.substr(text.path.rfind('/') + 1) + line;
  text.frame = short_function(where.function_name()) + " at " + text.path + line;
  return text;
}

}  // namespace rill::trace
