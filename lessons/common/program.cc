// From main() to an exit code: the choice of the world, and one sentence for each way to fail. See
// program.h.
#include "lessons/common/program.h"

#include <cstdio>

#include "lessons/common/console.h"
#include "lessons/common/read_command_line.h"
#include "lessons/common/worlds.h"
#include "net/net_error.h"
#include "scheduler/deadlock.h"

namespace rill::lesson {
namespace {

constexpr int kFailed = 1;
constexpr int kMisused = 2;

}  // namespace

int run_program(const Program& program, int argc, char** argv) {
  try {
    Settings settings;
    if (!read_command_line(program, argc, argv, settings)) return 0;
    if (program.check) program.check(settings);
    console() = Console();
    console().is_quiet = settings.is_quiet;
    console().hint = program.hint;
    settings.is_real ? run_real(program, settings) : run_simulated(program, settings);
    if (std::ferror(stdout) == 0) return 0;
    complain(program.name, "the output could not be written");
  } catch (const UsageMistake& mistake) {
    complain(program.name, mistake.what());
    return kMisused;
  } catch (const std::exception& error) {  // NetError and Deadlock say it all themselves
    complain(program.name, error.what());
  } catch (...) {
    complain(program.name, "failed, and did not say why");
  }
  return kFailed;
}

}  // namespace rill::lesson
