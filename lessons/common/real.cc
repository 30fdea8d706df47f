// A run on real sockets. See worlds.h.
#include "lessons/common/worlds.h"
#include "net/run.h"

namespace rill::lesson {
namespace {

std::unique_ptr<Backend> chosen_backend(const std::string& name) {
  try {
    return make_backend(name);
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
}

}  // namespace

void run_real(const Program& program, const Settings& settings) {
  const std::unique_ptr<Backend> backend = chosen_backend(settings.backend);
  const TaskDumpOnSigquit dump;
  run(program.main(settings), *backend);
}

}  // namespace rill::lesson
