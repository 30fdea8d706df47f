// A run on real sockets, recorded or not. See worlds.h.
#include <optional>

#include "lessons/common/console.h"
#include "lessons/common/worlds.h"
#include "net/run.h"
#include "scheduler/record/recording_backend.h"

namespace rill::lesson {
namespace {

std::unique_ptr<Backend> chosen_backend(const std::string& name) {
  try {
    return make_backend(name);
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
}

/// Puts a recorder around `backend`.
void wrap(std::optional<record::RecordingBackend>& recorder, Backend& backend,
          const Program& program, const Settings& settings,
          const std::vector<std::string>& arguments) {
  record::Header header;
  header.program = program.name;
  header.arguments = arguments;
  try {
    recorder.emplace(backend, settings.record, std::move(header));
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
}

}  // namespace

void run_real(const Program& program, const Settings& settings,
              const std::vector<std::string>& arguments) {
  const std::unique_ptr<Backend> backend = chosen_backend(settings.backend);
  const TaskDumpOnSigquit dump;
  if (settings.record.empty()) return run(program.main(settings), *backend);

  std::optional<record::RecordingBackend> recorder;
  wrap(recorder, *backend, program, settings, arguments);
  RunReport report;
  RunOptions options;
  options.report = &report;
  std::exception_ptr failure;
  try {
    run(program.main(settings), *recorder, options);
  } catch (...) {
    failure = std::current_exception();
  }
  print("fingerprint: " + report.fingerprint + "\n");
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rill::lesson
