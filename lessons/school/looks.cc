// See looks.h.
#include "lessons/school/looks.h"

#include <cstdio>
#include <cstdlib>

#include "scheduler/export/export.h"
#include "scheduler/run_options.h"
#include "scheduler/trace/reader.h"
#include "scheduler/trace/writer.h"
#include "scheduler/view/html.h"

namespace rill::school {
namespace {

/// Into a file it goes as the run does: an answer that does not come back leaves how far it got.
trace::Log run_traced(const Lesson& lesson, std::string_view token, const std::string& path,
                      Progress& progress) {
  const trace::Header header = trace_header(lesson, token).value();
  if (path.empty()) {
    trace::TextWriter text(header);
    write_trace(lesson, token, text, progress);
    return trace::read(text.text());
  }
  {
    trace::FileWriter file(path, header);
    write_trace(lesson, token, file, progress);
    file.flush();
    if (file.has_failed()) throw UsageError("the trace '" + path + "' could not be written");
  }
  return trace::read_file(path);
}

}  // namespace

std::string write_looks(const Lesson& lesson, std::string_view token, const Looks& looks,
                        Progress& progress) {
  std::string missing;
  try {
    const trace::Log log = run_traced(lesson, token, looks.trace, progress);
    if (!looks.view.empty()) exports::write_file(looks.view, view::to_html(log));
    if (!looks.pcap.empty()) {
      const std::string left_out =
          exports::write_export(exports::ExportKind::pcapng, log, looks.pcap).left_out;
      if (!left_out.empty()) missing = looks.pcap + ": " + left_out + "\n";
    }
  } catch (const exports::ExportError& error) {
    throw lesson::UsageMistake(error.what());
  } catch (const UsageError& error) {
    throw lesson::UsageMistake(error.what());
  }
  return missing;
}

void keep_failures(const Lesson& lesson, const Verdict& verdict, Progress& progress) {
  const char* const folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (folder == nullptr) return;
  try {
    for (std::size_t i = 0; i < verdict.properties.size(); ++i) {
      const std::string& token = verdict.properties[i].token;
      if (token.empty()) continue;
      const std::string stem = std::string(folder) + "/" + lesson.properties[i].name;
      exports::write_file(stem + ".token", token + "\n");
      write_looks(lesson, token, {stem + ".jsonl", stem + ".html", ""}, progress);
    }
  } catch (const std::exception& error) {  // the verdict stands without them
    std::fprintf(stderr, "  what failed cannot be kept in the test's outputs: %s\n", error.what());
  }
}

}  // namespace rill::school
