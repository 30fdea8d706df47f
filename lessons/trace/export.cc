// A trace as the file of another tool, or as a page or text of our own:
//   --to html|text|pcapng|perfetto|perfetto-time|shiviz|mermaid|dot [--beside TRACE] TRACE FILE
#include "scheduler/export/export.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>

#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "scheduler/view/text.h"

namespace rill {
namespace {

struct Words {
  std::string kind;
  std::string beside;  // a second trace, for a page that compares them
  std::string trace;
  std::string file;
};

std::string kinds() { return "html, text, " + exports::export_kinds(); }

std::string page(const Words& words, const trace::Log& log) {
  view::HtmlOptions options;
  trace::Log other;
  if (!words.beside.empty()) {
    other = trace::read_file(words.beside);
    options.other = &other;
  }
  return view::to_html(log, options);
}

int convert(const Words& words) {
  const std::optional<exports::ExportKind> kind = exports::export_kind(words.kind);
  const bool is_picture = words.kind == "html" || words.kind == "text";
  if (!kind && !is_picture) {
    std::fprintf(stderr, "export: '%s' is no kind of export; there is: %s.\n", words.kind.c_str(),
                 kinds().c_str());
    return 2;
  }
  if (!words.beside.empty() && words.kind != "html") {
    std::fprintf(stderr, "export: only a page (--to html) shows two runs beside each other.\n");
    return 2;
  }
  // `bazel run` starts this in a folder of its own; what was typed is meant from here.
  if (const char* const typed_in = std::getenv("BUILD_WORKING_DIRECTORY")) {
    if (chdir(typed_in) != 0) {
      std::perror(typed_in);
      return 1;
    }
  }
  const trace::Log log = trace::read_file(words.trace);
  if (is_picture) {  // which say themselves what they leave out
    const std::string bytes = words.kind == "html" ? page(words, log) : view::to_text(log);
    exports::write_file(words.file, bytes);
    return 0;
  }
  const exports::ExportResult result = exports::write_export(*kind, log, words.file);
  if (!result.left_out.empty()) std::fprintf(stderr, "%s\n", result.left_out.c_str());
  return 0;
}

}  // namespace
}  // namespace rill

int main(int argc, char** argv) {
  CLI::App app("A trace of a run, as the file of another tool", "export");
  rill::Words words;
  app.add_option("--to", words.kind, rill::kinds())->required();
  app.add_option("--beside", words.beside, "a second trace, for a page that compares two runs");
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
