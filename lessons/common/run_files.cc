// See run_files.h.
#include "lessons/common/run_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "lessons/common/console.h"
#include "scheduler/export/export.h"
#include "scheduler/run_options.h"
#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"

namespace rill::lesson {
namespace {

/// Now, and not when a long run is over; empty, or a run that is killed would leave what an earlier
/// one has shown. Its owner's alone: it shows what went over connections.
/// A named pipe is left alone: who reads it would take this for its end.
void make_file(const std::string& path, const char* what) {
  std::error_code is_new;
  if (std::filesystem::is_fifo(path, is_new)) return;
  const int file =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    throw UsageMistake(std::string("cannot write ") + what + " to '" + path +
                       "': " + std::generic_category().message(errno));
  }
  ::close(file);
}

}  // namespace

RunFiles::RunFiles(const Settings& settings, const trace::Header& header, std::size_t most_bytes)
    : program_(header.program),
      trace_path_(settings.trace),
      view_(settings.view),
      pcap_(settings.pcap) {
  if (!view_.empty()) make_file(view_, "a page");
  if (!pcap_.empty()) make_file(pcap_, "packets");
  try {
    if (!settings.trace.empty()) trace_.emplace(settings.trace, header);
  } catch (const UsageError& error) {
    throw UsageMistake(error.what());
  }
  if (!view_.empty() || !pcap_.empty()) kept_.emplace(header, most_bytes);
}

std::span<char> RunFiles::room() { return trace_ ? trace_->room() : std::span<char>(); }

void RunFiles::write(trace::Kind kind, std::string_view line) {
  if (kept_) kept_->write(kind, line);
  if (trace_) trace_->write(kind, line);
}

void RunFiles::end(const trace::Record& last) {
  if (trace_) trace_->end(last);
  if (kept_) kept_->end(last);
}

void RunFiles::flush() {
  if (trace_) trace_->flush();
}

void RunFiles::finish() {
  flush();
  if (kept_) {
    const trace::Log log = trace::read(kept_->text());
    kept_.reset();
    make_whole(view_, [&] {
      exports::write_file(view_, view::to_html(log));
      return trace::what_is_missing(log);
    });
    make_whole(pcap_, [&] {
      return exports::write_export(exports::ExportKind::pcapng, log, pcap_).left_out;
    });
  }
  if (trace_ && trace_->has_failed()) {
    throw Failure("the trace '" + trace_path_ + "' could not be written to its end");
  }
}

/// If the file is wanted: make() writes it, and returns a sentence about what is not in it.
template <class Make>
void RunFiles::make_whole(const std::string& path, Make make) const {
  if (path.empty()) return;
  std::string left_out;
  try {
    left_out = make();
  } catch (const exports::ExportError& error) {
    throw Failure(error.what());
  }
  if (!left_out.empty()) complain(program_, path + ": " + left_out);
}

}  // namespace rill::lesson
