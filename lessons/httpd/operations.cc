// See operations.h.
#include "lessons/httpd/operations.h"

#include <string>

#include "lessons/common/say.h"
#include "lessons/httpd/admin.h"
#include "lessons/httpd/log_file.h"
#include "lessons/httpd/metrics_text.h"

namespace rill::httpd {
namespace {

/// "200 GET /index.html 512", for the story of a simulated run, which shows who it was.
void say_access(const Access& access) {
  std::string line = std::to_string(access.status) + " ";
  line.append(access.is_understood() ? access.method : "-").append(" ");
  line.append(access.is_understood() ? access.target : "-");
  line += " " + std::to_string(access.body_bytes);
  lesson::say(access.is_complete ? line : line + " cut short");
}

Task<> reopen_when_asked(AccessLog& log, lesson::ServeState& state) {
  for (;;) {
    co_await state.reload_requested.wait();
    log.reopen();
  }
}

/// The first line of a server says where it listens; this is the second.
Task<> announce_admin(lesson::ServeState& state, Address at, bool is_real) {
  co_await state.listening.wait();
  const std::string line = "admin on " + to_string(at);
  is_real ? lesson::report(line) : lesson::say(line);
}

}  // namespace

SharedByWorkers::SharedByWorkers()
    : log_troubles([](const std::string& sentence) { lesson::warn(sentence); }) {}

Operations::Operations(const lesson::Settings& settings, const Flags& flags, Service& service,
                       lesson::ServeState& state, SharedByWorkers& shared)
    : settings_(settings), service_(service), state_(state), shared_(shared) {
  open_log(flags);
  if (!flags.admin.empty() && settings.station.worker == 0) open_admin(flags);
  shared_.metrics.add(service.metrics);
}

Operations::~Operations() { shared_.metrics.remove(service_.metrics); }

Task<> Operations::close() {
  if (log_) co_await log_->close();
}

void Operations::open_log(const Flags& flags) {
  std::string path = flags.access_log;
  if (path.empty() && settings_.is_real && !settings_.is_quiet) path = "-";
  if (path.empty()) {
    if (!settings_.is_quiet) service_.on_access = say_access;
    return;
  }
  if (settings_.is_real) {
    sink_ = std::make_unique<LogFile>(path);
  } else {
    sink_ = std::make_unique<LogInStory>();
  }
  log_.emplace(*sink_, access_format_of(flags), service_.metrics, shared_.log_troubles);
  service_.on_access = [this](const Access& access) { log_->add(access); };
  tasks_.spawn(log_->write_lines()).named("access log");
  tasks_.spawn(reopen_when_asked(*log_, state_)).named("reload");
}

void Operations::open_admin(const Flags& flags) {
  Listener listener = listen_for_admin(flags.admin, settings_.is_real);
  // What the system says of the process is no part of a run that can be repeated.
  const bool tells_process = settings_.is_real && settings_.record.empty() &&
                             Scheduler::current("httpd").backend().name() != "replay";
  const std::int64_t started_seconds = service_.wall_seconds();
  AdminView view;
  view.is_draining = [this] { return service_.is_stopping; };
  view.date = [this] { return std::string(service_.date()); };
  view.metrics = [this, started_seconds, tells_process] {
    return metrics_text(shared_.metrics.sum(), started_seconds,
                        tells_process ? std::optional(read_process_info()) : std::nullopt);
  };
  tasks_.spawn(announce_admin(state_, listener.address(), settings_.is_real));
  tasks_.spawn(serve_admin(std::move(listener), std::move(view))).named("admin");
}

}  // namespace rill::httpd
