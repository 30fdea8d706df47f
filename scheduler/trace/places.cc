// See places.h.
#include "scheduler/trace/places.h"

#include <string>

#include "scheduler/deadlock.h"

namespace rill::trace {

const PlaceText& Places::put_together(const std::source_location& where) {
  PlaceText& text = texts_[{where.file_name(), where.function_name(), where.line()}];
  if (!text.at.empty()) return text;
  const std::string line = ":" + std::to_string(where.line());
  const std::string path = short_file(where.file_name());
  text.path = Name(path);
  text.at = Name(path.substr(path.rfind('/') + 1) + line);
  text.frame = Name(short_function(where.function_name()) + " at " + path + line);
  return text;
}

const ChainText& Places::chain_of(const TaskControl& task) {
  walk_.clear();
  Bits all = 0;
  for_each_await(task, [&](const std::source_location& where) {
    const Bits bits = bits_of(where);
    walk_.push_back(bits);
    all = std::rotl(all, 5) ^ bits;
    return walk_.size() <= kMostFrames;
  });
  RecentChain& recent = recent_chains_[index_of<kRecent>(all)];
  if (recent.walk != walk_) {
    recent.walk = walk_;
    put_together(recent.text, task);
  }
  return recent.text;
}

void Places::put_together(ChainText& chain, const TaskControl& task) {
  static const Name kMore("...");
  static const Name kNotStarted("(not started)");
  std::vector<const Name*> frames;
  chain.first = nullptr;
  for_each_await(task, [&](const std::source_location& where) {
    if (frames.size() == kMostFrames) {
      frames.push_back(&kMore);
      return false;
    }
    const PlaceText* const place = where.line() != 0 ? &of(where) : nullptr;
    if (frames.empty()) chain.first = place;
    frames.push_back(place != nullptr ? &place->frame : &kNotStarted);
    return true;
  });
  chain.frames = Name::list(frames);
}

}  // namespace rill::trace
