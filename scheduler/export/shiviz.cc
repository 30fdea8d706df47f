// ShiViz skips what its expression does not match, in silence: so nothing may not match. See
// shiviz.h.
#include "scheduler/export/shiviz.h"

#include <algorithm>
#include <set>

#include "scheduler/check.h"
#include "scheduler/export/causality.h"
#include "scheduler/export/events.h"
#include "scheduler/export/left_out.h"
#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

// How an event is read, and what parts executions: whole lines, since a text may contain anything.
constexpr std::string_view kHeader =
    R"re(^(?<host>\S+) (?<clock>\{.*\})\n)re"
    R"re(\[(?<vt>\S+) #(?<step>\d+) (?<conn>\S+) (?<at>\S+)\] (?<event>.*)$)re"
    "\n"
    R"re(^=== (?<trace>.*) ===$)re"
    "\n";

/// Without white space, which would end it.
std::string one_word(std::string_view text) {
  std::string word = one_line(text);
  std::replace(word.begin(), word.end(), ' ', '_');
  // Other spaces of Unicode count as white space in JavaScript, too.
  for (const std::string_view space :
       {"\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
        "\u2007", "\u2008", "\u2009", "\u200A", "\u202F", "\u205F", "\u3000"}) {
    for (std::size_t at = 0; (at = word.find(space, at)) != word.npos;) {
      word.replace(at, space.size(), "_");
    }
  }
  return word.empty() ? "-" : word;
}

/// One for each lane, all different.
std::vector<std::string> lane_names(const std::vector<std::string>& lanes) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const std::string& lane : lanes) {
    const std::string name = one_word(lane);
    std::string unique = name;
    for (int i = 2; !taken.insert(unique).second; ++i) unique = name + "~" + std::to_string(i);
    names.push_back(std::move(unique));
  }
  return names;
}

std::string clock_text(const VectorClocks::Clock& clock, const std::vector<std::string>& names) {
  std::string text = "{";
  for (const auto& [lane, count] : clock) {
    text += (text.size() > 1 ? "," : "") + json_text(names[lane]);
    text += ":" + std::to_string(count);
  }
  return text + "}";
}

std::string connection_text(const trace::Record& record) {
  if (record.conn == 0) return "-";
  const char* const end = record.end == trace::End::a   ? "a"
                          : record.end == trace::End::b ? "b"
                                                        : "";
  return std::to_string(record.conn) + end;
}

}  // namespace

ExportResult to_shiviz(const trace::Log& log, std::size_t most_events) {
  const Causality causality(log);
  std::vector<std::uint32_t> events = told_events(log);
  if (events.size() > most_events) {
    events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(most_events));
  }
  const VectorClocks clocks(causality, events);
  const std::vector<std::string> names = lane_names(causality.lanes());

  std::string text(kHeader);
  text += "=== " + one_line(log.header.program);
  if (log.header.seed) text += " " + seed_words(log.header);
  text += " ===\n";
  LeftOut left_out;
  std::size_t written = 0;
  for (std::size_t i = 0; i < log.records.size(); ++i) {
    const trace::Record& record = log.records[i];
    if (written == events.size() || events[written] != i) {
      left_out.hide(record);
      continue;
    }
    left_out.show();
    text += names[causality.lane(i)] + " " + clock_text(clocks.of(written), names) + "\n[" +
            print::milliseconds(record.t_ns) + "ms #" + std::to_string(record.n) + " " +
            connection_text(record) + " " + one_word(record.at) + "] " + told(record) + "\n";
    ++written;
  }
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  RILL_CHECK(lines == 3 + 2 * events.size(),
             "an event that is not two lines: ShiViz would skip it");
  return left_out.result(std::move(text), log);
}

}  // namespace rill::exports
