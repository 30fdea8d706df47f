// See places.h.
#include "scheduler/trace/places.h"

#include <string>

#include "scheduler/deadlock.h"

namespace rill::trace {

const PlaceText& Places::put_together(const Key& key) {
  PlaceText& text = texts_[key];
  if (!text.at.empty()) return text;
  const std::string line = ":" + std::to_string(key.line);
  const std::string path = short_file(key.file);
  text.path = Name(path);
  text.at = Name(path.substr(path.rfind('/') + 1) + line);
  text.frame = Name(short_function(key.function) + " at " + path + line);
  return text;
}

}  // namespace rill::trace
