// A run in the simulated network: story, report, numbers, fingerprint. See worlds.h.
//
// stdout is a pure function of program, seed and choices (and of whether it is a terminal, for
// colours). How long the simulation took is different each time, so it is said on stderr, and only
// to a person.
#include <unistd.h>

#include <chrono>

#include "lessons/common/console.h"
#include "lessons/common/story.h"
#include "lessons/common/style.h"
#include "lessons/common/trace_file.h"
#include "lessons/common/world.h"
#include "lessons/common/worlds.h"
#include "scheduler/choosing_oracle.h"
#include "scheduler/run.h"
#include "scheduler/spawn.h"
#include "simnet/network.h"
#include "simnet/trace/surroundings.h"

namespace rill::lesson {
namespace {

/// The scenario of a program that has none.
Task<> alone(World& world) {
  TaskRef program = co_await world.start(world.network().add_host("home"));
  co_await join(program);
}

/// Names the root task's function in reports.
Task<> scenario_of(const Program& program, World& world) {
  Task<> scenario = program.scenario ? program.scenario(world) : alone(world);
  co_await std::move(scenario);
}

/// The command to try next, and what is new about it.
std::string suggestion(const Program& program, const Settings& settings, const Style& style) {
  if (!program.next_command.empty()) return style(Tint::good, program.next_command);
  return style(Tint::good,
               "./rill run " + program.name + " --seed " + std::to_string(settings.seed + 1)) +
         style(Tint::faint, "      other delays, other cuts, another order");
}

/// A report of one line is the headline; one of several has a shape of its own.
std::string indented(const std::string& lines, const Style& style) {
  const std::size_t first_end = lines.find('\n');
  if (first_end + 1 == lines.size()) return "  " + style(Tint::strong, lines);
  std::string text;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at) + 1;
    const std::string line = lines.substr(at, end - at);
    text += (line == "\n" ? "" : "  ") + line;
    at = end;
  }
  return text;
}

void print_story(const Program& program, const Settings& settings, const Story& story,
                 const RunReport& report, Duration taken) {
  const Style style(stdout_wants_colour());
  const std::size_t choices = settings.choices.size();
  print("\n  " + style(Tint::strong, program.name) + " on a simulated network, seed " +
        std::to_string(settings.seed) +
        (choices > 0 ? " but for " + counted(choices, "choice") : "") +
        style(Tint::faint, " (virtual time, in milliseconds)") + "\n\n" + story.picture() + "\n");
  print(indented(console().reported, style));
  print("  " + story.totals() + counted(report.tasks, "task") + ", " +
        counted(report.events, "event") +
        (report.elapsed.ns > 0 ? " in " + to_string(report.elapsed) + " of virtual time\n"
                               : std::string(", and no time passed\n")));
  if (isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
    std::fprintf(stderr, "  simulated in %s of yours\n", to_string(taken).c_str());
  }
  print("  next: " + suggestion(program, settings, style) + "\n\n");
}

/// A sentence about what --choose asked for in vain; empty if there is none.
std::string missed_choices(const ChoosingOracle& oracle) {
  const std::string missed = oracle.not_made();
  return missed.empty() ? ""
                        : "--choose asks for what this run does not have: " + missed +
                              "; leave it out, or take what the page of the run (--view) offers";
}

}  // namespace

simnet::NetworkOptions network_options(const Program& program) {
  simnet::NetworkOptions options;
  options.short_read_percent = options.short_write_percent = program.cut_percent;
  options.short_segment_percent = program.cut_percent;
  return options;
}

void play_scenario(const Program& program, const Settings& settings, simnet::Network& network,
                   TraceSink* sink, RunReport& report, TraceSink* recorder) {
  SeededOracle seeded(settings.seed, SeededOracle::Order::random);
  ChoosingOracle chosen(seeded, settings.choices);
  RunOptions options;
  options.stop_with_root = true;
  options.oracle = &seeded;
  if (!settings.choices.empty()) options.oracle = &chosen;
  options.most_steps_at_one_instant = 1'000'000;
  options.report = &report;
  options.trace_sink = sink;
  options.recorder = recorder;
  World world(network, settings, program);
  try {
    run(scenario_of(program, world), network, options);
  } catch (...) {
    if (const std::string missed = missed_choices(chosen); !missed.empty()) {
      complain(program.name, missed);
    }
    throw;
  }
  // The run that was asked for is not the one that there was: who only looks at the exit code, such
  // as a script, must not take the one for the other.
  if (const std::string missed = missed_choices(chosen); !missed.empty())
    throw UsageMistake(missed);
}

void run_simulated(const Program& program, const Settings& settings, const std::string& command) {
  simnet::Network network(network_options(program));
  StoryOptions story_options;
  story_options.with_colour = stdout_wants_colour();
  if (settings.is_full) story_options.most_rows = SIZE_MAX;
  Story story(network, story_options);
  simnet::TraceSurroundings surroundings(network);
  TraceFile trace;
  if (RunFiles::are_wanted(settings)) {
    trace::Header header;
    header.program = program.name;
    header.seed = settings.seed;
    header.command = command;
    for (const Choice& choice : settings.choices) header.chosen.push_back(to_string(choice));
    trace.open(settings, header, surroundings);
  }
  RunReport report;

  std::exception_ptr failure;
  const auto before = std::chrono::steady_clock::now();
  try {
    play_scenario(program, settings, network, settings.is_quiet ? nullptr : &story, report,
                  trace.recorder());
  } catch (...) {
    failure = std::current_exception();
  }
  const Duration taken = std::chrono::steady_clock::now() - before;

  if (settings.is_quiet) {
    print(console().reported);
  } else {
    print_story(program, settings, story, report, taken);
  }
  print("fingerprint: " + report.fingerprint + "\n");
  trace.end(report, failure);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rill::lesson
