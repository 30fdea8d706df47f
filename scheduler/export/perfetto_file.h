// The events of a Chrome trace (Trace Event Format), as JSON: what is written is always
// well-formed, what it means is the caller's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rill::exports {

/// Fields of an event's `args`.
class Arguments {
 public:
  Arguments& number(std::string_view name, std::uint64_t value);
  Arguments& text(std::string_view name, std::string_view value);  ///< nothing if it is empty
  std::string json() const { return "{" + fields_ + "}"; }

 private:
  std::string fields_;
};

class PerfettoFile {
 public:
  struct Track {
    std::uint64_t process = 0;
    std::uint64_t thread = 0;
  };

  /// `is_nanoseconds`: positions are; otherwise microseconds.
  explicit PerfettoFile(bool is_nanoseconds) : is_nanoseconds_(is_nanoseconds) {}

  void name_process(Track track, std::string_view name);
  void name_thread(Track track, std::string_view name);
  /// The slices of one track must nest.
  void slice(Track track, std::string_view name, std::uint64_t from, std::uint64_t to,
             const Arguments& arguments);
  /// `scope`: 't' for the thread, 'p' for the process, 'g' for all.
  void instant(Track track, std::string_view name, std::uint64_t at, char scope,
               const Arguments& arguments);
  /// Something that has an id of its own, and may overlap with others.
  void begin(Track track, std::string_view category, std::string_view name, std::uint64_t id,
             std::uint64_t at, const Arguments& arguments);
  void end(Track track, std::string_view category, std::string_view name, std::uint64_t id,
           std::uint64_t at, const Arguments& arguments);
  void counter(Track track, std::string_view name, std::uint64_t at, std::uint64_t value);
  /// Both within slices that were written before.
  void arrow(std::string_view name, std::uint64_t id, Track from, std::uint64_t from_at, Track to,
             std::uint64_t to_at);

  /// The whole file. `about` is for whoever opens it.
  std::string take(const Arguments& about);

 private:
  std::string common(Track track, char phase, std::string_view name, std::string_view category);
  std::string time(std::uint64_t position) const;
  void add(const std::string& fields);

  const bool is_nanoseconds_;
  std::string events_;
};

}  // namespace rill::exports
