// httpd: serves the files below a folder, to any number of clients at a time, in one thread.
//
//   ./rill run httpd                              on a simulated network, with three visitors
//   ./rill run httpd --real --root docs           on real sockets; then open http://127.0.0.1:8080/
//
// What it does with a connection is in visit.cc, with a request in responder.cc, with a file in
// disk_site.cc. All of that is the same in both worlds; only the Site behind it differs.
#include "lessons/httpd/httpd.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <system_error>

#include "lessons/common/tls/door.h"
#include "lessons/httpd/admin.h"
#include "lessons/httpd/demo_site.h"
#include "lessons/httpd/disk_site.h"
#include "lessons/httpd/operations.h"
#include "lessons/httpd/process_info.h"
#include "lessons/httpd/server.h"
#include "scheduler/sleep.h"

namespace rill::httpd {
namespace {

/// Simulated time starts at 2026-01-01 00:00:00 UTC.
constexpr std::int64_t kSimulatedStart = 1'767'225'600;

std::int64_t real_seconds() { return wall_clock().ns / 1'000'000'000; }
std::int64_t simulated_seconds() { return kSimulatedStart + now().ns / 1'000'000'000; }

std::unique_ptr<Site> open_root(const std::string& root) {
  try {
    return std::make_unique<DiskSite>(root);
  } catch (const std::system_error& error) {
    throw lesson::UsageMistake("--root wants a folder that can be opened, not '" + root +
                               "': " + error.code().message());
  }
}

/// One worker's, of the flags and of what this process may open.
Limits limits_of(const lesson::Settings& settings, const Flags& flags) {
  Limits limits = limits_of(flags);
  const std::uint64_t room =
      settings.is_real ? make_room_for(limits.connections) : limits.connections;
  if (room < limits.connections && !flags.max_connections.empty()) {
    throw lesson::UsageMistake("--max-connections " + flags.max_connections +
                               " is more than this process may have: " + std::to_string(room) +
                               "; raise its limit of open files (ulimit -Hn, LimitNOFILE=)");
  }
  // Each worker has its share. (Rounded up: one that may have none would be no worker.)
  limits.connections =
      (std::min(limits.connections, room) + settings.workers - 1) / settings.workers;
  return limits;
}

/// A handshake, counted if it fails.
Task<> welcome(lesson::Door& door, Service& service, Connection& connection) {
  try {
    co_await door.enter(connection, service.limits.header);
  } catch (const NetError& error) {
    if (error.error() == ETIMEDOUT) {
      service.metrics.count(Deadline::handshake);
    } else {
      service.metrics.handshake_failures.add();
    }
    throw;
  }
}

Task<> run_server(const lesson::Settings& settings, const Flags& flags, SharedByWorkers& shared) {
  std::unique_ptr<Site> site =
      settings.is_real ? open_root(flags.root) : std::make_unique<MemorySite>(demo_site());
  Metrics metrics;
  Service service(*site, limits_of(settings, flags),
                  settings.is_real ? real_seconds : simulated_seconds, &metrics);
  lesson::Door door(flags.tls);
  if (door.is_there()) {
    service.welcome = [&](Connection& connection) { return welcome(door, service, connection); };
  }
  lesson::ServeState state;
  Operations operations(settings, flags, service, state, shared);
  std::exception_ptr failure;
  try {
    co_await serve(settings, service, &state);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await operations.close();
  if (failure) std::rethrow_exception(failure);
}

void check(const lesson::Settings& settings, const Flags& flags) {
  limits_of(settings, flags);
  lesson::check_tls(settings, flags.tls);
  if (settings.is_real && flags.root.empty())
    throw lesson::UsageMistake("--real needs --root FOLDER: the folder whose files to serve");
  if (settings.is_real) open_root(flags.root);
  if (!settings.is_real && !flags.root.empty())
    throw lesson::UsageMistake("--root is for real sockets; add --real");
  if (!settings.is_real && !flags.access_log.empty() && flags.access_log != "-")
    throw lesson::UsageMistake("--access-log FILE is for real sockets; '-' is the story");
  if (!flags.admin.empty() && parse_admin_address(flags.admin).port == 0 && !settings.is_real)
    throw lesson::UsageMistake("--admin 0 is for real sockets; a simulated port needs a number");
}

}  // namespace

lesson::Program httpd_program(Flags& flags) {
  const auto shared = std::make_shared<SharedByWorkers>();
  lesson::Program program;
  program.name = "httpd";
  program.about = "Serves the files below a folder over HTTP/1.1, to any number of clients.";
  program.details =
      "Directories answer with their index.html, or with a listing. Only regular files below the\n"
      "folder are served; symbolic links are followed if they are relative and stay inside.\n"
      "Times are in seconds: 10, 2.5, or 500ms.";
  program.examples =
      "  ./rill run httpd                       three visitors on a simulated network\n"
      "  ./rill run httpd --seed 7              the same, in another order and other pieces\n"
      "  ./rill run httpd --real --root docs    on real sockets; then: curl 127.0.0.1:8080\n";
  program.port = 8080;
  program.is_service = true;
  program.drain = seconds(10);  // for the last answers
  program.cut_percent = 10;
  program.hint = "open http://{address}/      stop it with: Ctrl-C";
  program.options = [&flags](lesson::CommandLine& line) { add_options(line, flags); };
  program.check = [&flags](const lesson::Settings& settings) { check(settings, flags); };
  program.main = [&flags, shared](const lesson::Settings& settings) {
    return run_server(settings, flags, *shared);
  };
  program.scenario = [&flags](lesson::World& world) { return httpd_scenario(world, flags); };
  return program;
}

}  // namespace rill::httpd
