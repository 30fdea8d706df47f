// The graph, transitively reduced by its vector clocks. See graphviz.h.
#include "scheduler/export/graphviz.h"

#include <algorithm>
#include <map>

#include "scheduler/export/causality.h"
#include "scheduler/export/events.h"
#include "scheduler/export/left_out.h"
#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

using trace::Kind;
using trace::Record;

/// A string of the language: quotes and backslashes escaped, and what begins an entity of HTML.
std::string dot_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
    if (c == '&') quoted += "amp;";
  }
  return quoted + "\"";
}

/// Several lines, to the left.
std::string label(const Record& record) {
  const std::string first =
      "#" + std::to_string(record.n) + "  " + print::milliseconds(record.t_ns) + "ms";
  std::string text = dot_text(first + "\n" + one_line(told(record), 60));
  const std::size_t newline = text.find('\n');
  return text.replace(newline, 1, "\\l").insert(text.size() - 1, "\\l");
}

std::string colour_of(Kind kind) {
  switch (kind) {
    case Kind::fail:
    case Kind::run_fails:
    case Kind::kill:
    case Kind::lost:
    case Kind::reset:
    case Kind::refuse:
    case Kind::fault:
      return ", color=\"#c0392b\", fillcolor=\"#fdecea\"";
    case Kind::send:
    case Kind::recv:
      return ", color=\"#2b6cb0\", fillcolor=\"#ebf4fc\"";
    default:
      return "";
  }
}

/// Of an edge between lanes.
std::string style_of(const Record& from, const Record& to) {
  if (from.kind == Kind::spawn) return " [style=dashed]";
  if (from.conn != 0 && from.conn == to.conn) return " [color=\"#2b6cb0\"]";
  if (from.kind == Kind::sync) return " [color=\"#0b7a75\"]";
  return " [color=\"#8a8a8a\"]";
}

class Graph {
 public:
  Graph(const trace::Log& log, std::size_t most_events)
      : log_(log),
        causality_(log),
        events_(last_of(told_events(log), most_events)),
        clocks_(causality_, events_),
        in_lane_(causality_.lanes().size()) {
    for (const std::uint32_t event : events_) in_lane_[causality_.lane(event)].push_back(event);
  }

  std::string draw() {
    const trace::Header& header = log_.header;
    const std::string seed = header.seed ? ", " + seed_words(header) : "";
    text_ = "digraph rill {\n  label=" + dot_text(one_line(header.program) + seed) +
            "; labelloc=t; rankdir=TB; newrank=true; ranksep=0.3; nodesep=0.25;\n"
            "  fontname=\"Helvetica\"; fontsize=14;\n"
            "  node [shape=box, style=\"rounded,filled\", color=\"#8a8a8a\", fillcolor=\"#ffffff\","
            " fontname=\"Helvetica\", fontsize=10, margin=\"0.08,0.04\"];\n"
            "  edge [color=\"#4a4a4a\", arrowsize=0.6];\n";
    for (std::size_t lane = 0; lane < in_lane_.size(); ++lane) add_lane(lane);
    for (std::size_t index = 0; index < events_.size(); ++index) add_causes(index);
    return text_ + "}\n";
  }

  const std::vector<std::uint32_t>& events() const { return events_; }

 private:
  static std::vector<std::uint32_t> last_of(std::vector<std::uint32_t> events, std::size_t most) {
    if (events.size() > most) {
      events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(most));
    }
    return events;
  }

  std::string node(std::uint32_t event) const {
    return "e" + std::to_string(log_.records[event].n);
  }

  void add_lane(std::size_t lane) {
    const std::vector<std::uint32_t>& events = in_lane_[lane];
    if (events.empty()) return;
    text_ += "  subgraph cluster_" + std::to_string(lane) +
             " {\n    label=" + dot_text(one_line(causality_.lanes()[lane])) +
             "; style=\"rounded,filled\"; color=\"#d0d0d0\"; fillcolor=\"#f6f6f6\"; fontsize=12;\n";
    for (const std::uint32_t event : events) {
      const Record& record = log_.records[event];
      text_ += "    " + node(event) + " [label=" + label(record) + colour_of(record.kind) + "];\n";
    }
    for (std::size_t i = 1; i < events.size(); ++i) {
      text_ += "    " + node(events[i - 1]) + " -> " + node(events[i]) + " [weight=10];\n";
    }
    text_ += "  }\n";
  }

  /// Edges from other lanes: the last event of each that was not known before, unless another one
  /// of them knows it already.
  void add_causes(std::size_t index) {
    const std::uint32_t event = events_[index];
    const std::uint32_t own = causality_.lane(event);
    const VectorClocks::Clock& clock = clocks_.of(index);
    VectorClocks::Clock& known = known_[own];
    std::vector<std::uint32_t> causes;
    for (const auto& [lane, count] : clock) {
      const bool is_news = lane != own && count > VectorClocks::count_in(known, lane);
      if (is_news) causes.push_back(in_lane_[lane][count - 1]);
    }
    known = clock;
    for (const std::uint32_t cause : causes) {
      const bool is_implied = std::any_of(causes.begin(), causes.end(), [&](std::uint32_t between) {
        return between != cause && is_before(cause, between);
      });
      if (is_implied) continue;
      text_ += "  " + node(cause) + " -> " + node(event) +
               style_of(log_.records[cause], log_.records[event]) + ";\n";
    }
  }

  bool is_before(std::uint32_t event, std::uint32_t later) const {
    const std::uint32_t lane = causality_.lane(event);
    return VectorClocks::count_in(clocks_.of(index_of(later)), lane) >=
           VectorClocks::count_in(clocks_.of(index_of(event)), lane);
  }

  std::size_t index_of(std::uint32_t event) const {
    return static_cast<std::size_t>(std::lower_bound(events_.begin(), events_.end(), event) -
                                    events_.begin());
  }

  const trace::Log& log_;
  Causality causality_;
  std::vector<std::uint32_t> events_;
  VectorClocks clocks_;
  std::vector<std::vector<std::uint32_t>> in_lane_;
  std::map<std::uint32_t, VectorClocks::Clock> known_;  ///< by lane, after its last event so far
  std::string text_;
};

}  // namespace

ExportResult to_graphviz(const trace::Log& log, std::size_t most_events) {
  Graph graph(log, most_events);
  LeftOut left_out;
  std::size_t drawn = 0;
  for (std::uint32_t i = 0; i < log.records.size(); ++i) {
    if (drawn < graph.events().size() && graph.events()[drawn] == i) {
      left_out.show();
      ++drawn;
    } else {
      left_out.hide(log.records[i]);
    }
  }
  return left_out.result(graph.draw(), log);
}

}  // namespace rill::exports
