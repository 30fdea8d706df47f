// From main() to an exit code: the choice of the world, and one sentence for each way to fail. See
// program.h.
#include "lessons/common/program.h"

#include <cstdio>
#include <memory>

#include "lessons/common/command_text.h"
#include "lessons/common/console.h"
#include "lessons/common/read_command_line.h"
#include "lessons/common/worlds.h"
#include "net/net_error.h"
#include "scheduler/deadlock.h"
#include "scheduler/run_options.h"

namespace rill::lesson {
namespace {

constexpr int kFailed = 1;
constexpr int kMisused = 2;

std::unique_ptr<record::Recording> open_recording(const Program& program, const std::string& path) {
  try {
    auto recording = std::make_unique<record::Recording>(path);
    const std::string& recorded = recording->header().program;
    if (recorded == program.name) return recording;
    throw UsageMistake("'" + path + "' is a recording of " + recorded + ", not of " + program.name +
                       ": replay it with ./rill run " + recorded);
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
}

/// The settings that the recorded run had; only `now`'s --quiet counts.
Settings recorded_settings(const Program& program, const record::Recording& recording,
                           const Settings& now) {
  std::vector<std::string> words = recording.header().arguments;
  words.insert(words.begin(), program.name);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  Settings settings;
  if (!read_command_line(program, static_cast<int>(pointers.size()), pointers.data(), settings) ||
      !settings.is_real) {
    throw UsageMistake("'" + now.replay + "' was not recorded with --real");
  }
  settings.is_quiet = settings.is_quiet || now.is_quiet;
  settings.shrink = now.shrink;
  settings.trace = now.trace;
  settings.view = now.view;
  settings.pcap = now.pcap;
  return settings;
}

}  // namespace

int run_program(const Program& program, int argc, char** argv) {
  try {
    Settings settings;
    if (!read_command_line(program, argc, argv, settings)) return 0;
    std::unique_ptr<record::Recording> recording;
    if (!settings.replay.empty()) {
      recording = open_recording(program, settings.replay);
      settings = recorded_settings(program, *recording, settings);
    }
    if (program.check) program.check(settings);
    console() = Console();
    console().name = program.name;
    console().is_quiet = settings.is_quiet;
    console().hint = program.hint;
    if (recording != nullptr) {
      settings.shrink.empty() ? run_replay(program, settings, *recording)
                              : run_shrinking(program, settings, *recording);
    } else if (settings.is_real) {
      run_real(program, settings, recorded_arguments(argc, argv));
    } else {
      run_simulated(program, settings, command_text(program.name, argc, argv));
    }
    if (std::ferror(stdout) == 0) return 0;
    complain(program.name, "the output could not be written");
  } catch (const UsageMistake& mistake) {
    complain(program.name, mistake.what());
    return kMisused;
  } catch (const Failure& failure) {
    complain(program.name, failure.what());
    return failure.exit_code();
  } catch (const std::exception& error) {  // NetError and Deadlock say it all themselves
    complain(program.name, error.what());
  } catch (...) {
    complain(program.name, "failed, and did not say why");
  }
  return kFailed;
}

}  // namespace rill::lesson
