// A trace as the file of another tool: --to pcapng|perfetto|shiviz|mermaid|dot TRACE FILE.
#include "scheduler/export/export.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "scheduler/trace/reader.h"

namespace rill {
namespace {

struct Words {
  std::string kind;
  std::string trace;
  std::string file;
};

int convert(const Words& words) {
  const std::optional<exports::ExportKind> kind = exports::export_kind(words.kind);
  if (!kind) {
    std::fprintf(stderr, "export: '%s' is no kind of export; there is: %s.\n", words.kind.c_str(),
                 exports::export_kinds().c_str());
    return 2;
  }
  // `bazel run` starts this in a folder of its own; what was typed is meant from here.
  if (const char* const typed_in = std::getenv("BUILD_WORKING_DIRECTORY")) {
    if (chdir(typed_in) != 0) std::perror(typed_in);
  }
  const trace::Log log = trace::read_file(words.trace);
  const exports::ExportResult result = exports::write_export(*kind, log, words.file);
  if (!result.left_out.empty()) std::fprintf(stderr, "%s\n", result.left_out.c_str());
  return 0;
}

}  // namespace
}  // namespace rill

int main(int argc, char** argv) {
  CLI::App app("A trace of a run, as the file of another tool", "export");
  rill::Words words;
  app.add_option("--to", words.kind, rill::exports::export_kinds())->required();
  app.add_option("TRACE", words.trace, "what --trace FILE wrote")->required();
  app.add_option("FILE", words.file, "where to")->required();
  app.footer("What is left out is told on standard error. More: docs/exports.md");
  CLI11_PARSE(app, argc, argv);
  try {
    return rill::convert(words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "export: %s\n", error.what());
    return 1;
  }
}
