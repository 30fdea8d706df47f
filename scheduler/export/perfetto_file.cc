// JSON by hand, one event a line. See perfetto_file.h.
#include "scheduler/export/perfetto_file.h"

#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

std::string with(const Arguments& arguments) { return ",\"args\":" + arguments.json(); }

}  // namespace

Arguments& Arguments::number(std::string_view name, std::uint64_t value) {
  fields_ += (fields_.empty() ? "" : ",") + json_text(name) + ":" + std::to_string(value);
  return *this;
}

Arguments& Arguments::text(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  fields_ += (fields_.empty() ? "" : ",") + json_text(name) + ":" + json_text(value);
  return *this;
}

/// In microseconds, as the format has it.
std::string PerfettoFile::time(std::uint64_t position) const {
  if (!is_nanoseconds_) return std::to_string(position);
  const std::string digits = std::to_string(1000 + position % 1000).substr(1);
  return std::to_string(position / 1000) + "." + digits;
}

std::string PerfettoFile::common(Track track, char phase, std::string_view name,
                                 std::string_view category) {
  std::string fields = "\"ph\":\"" + std::string{phase} + "\",\"name\":" + json_text(name);
  if (!category.empty()) fields += ",\"cat\":" + json_text(category);
  return fields + ",\"pid\":" + std::to_string(track.process) +
         ",\"tid\":" + std::to_string(track.thread);
}

void PerfettoFile::add(const std::string& fields) {
  events_ += (events_.empty() ? "\n{" : ",\n{") + fields + "}";
}

void PerfettoFile::name_process(Track track, std::string_view name) {
  add(common(track, 'M', "process_name", "") + with(Arguments().text("name", name)));
}

void PerfettoFile::name_thread(Track track, std::string_view name) {
  add(common(track, 'M', "thread_name", "") + with(Arguments().text("name", name)));
}

void PerfettoFile::slice(Track track, std::string_view name, std::uint64_t from, std::uint64_t to,
                         const Arguments& arguments) {
  add(common(track, 'X', name, "step") + ",\"ts\":" + time(from) + ",\"dur\":" + time(to - from) +
      with(arguments));
}

void PerfettoFile::instant(Track track, std::string_view name, std::uint64_t at, char scope,
                           const Arguments& arguments) {
  add(common(track, 'I', name, "event") + ",\"ts\":" + time(at) + ",\"s\":\"" + std::string{scope} +
      "\"" + with(arguments));
}

void PerfettoFile::begin(Track track, std::string_view category, std::string_view name,
                         std::uint64_t id, std::uint64_t at, const Arguments& arguments) {
  add(common(track, 'b', name, category) + ",\"id\":" + std::to_string(id) + ",\"ts\":" + time(at) +
      with(arguments));
}

void PerfettoFile::end(Track track, std::string_view category, std::string_view name,
                       std::uint64_t id, std::uint64_t at, const Arguments& arguments) {
  add(common(track, 'e', name, category) + ",\"id\":" + std::to_string(id) + ",\"ts\":" + time(at) +
      with(arguments));
}

void PerfettoFile::counter(Track track, std::string_view name, std::uint64_t at,
                           std::uint64_t value) {
  add(common(track, 'C', name, "") + ",\"ts\":" + time(at) +
      with(Arguments().number("value", value)));
}

void PerfettoFile::arrow(std::string_view name, std::uint64_t id, Track from, std::uint64_t from_at,
                         Track to, std::uint64_t to_at) {
  const std::string number = ",\"id\":" + std::to_string(id);
  add(common(from, 's', name, "cause") + number + ",\"ts\":" + time(from_at));
  add(common(to, 'f', name, "cause") + number + ",\"ts\":" + time(to_at) + ",\"bp\":\"e\"");
}

std::string PerfettoFile::take(const Arguments& about) {
  return "{\"displayTimeUnit\":\"ns\",\"otherData\":" + about.json() + ",\"traceEvents\":[" +
         std::move(events_) + "\n]}\n";
}

}  // namespace rill::exports
