// httpd: serves the files below a folder, to any number of clients at a time, in one thread.
//
//   ./rill run httpd                              on a simulated network, with three visitors
//   ./rill run httpd --real --root docs           on real sockets; then open http://127.0.0.1:8080/
//
// What it does with a connection is in visit.cc, with a request in responder.cc, with a file in
// disk_site.cc. All of that is the same in both worlds; only the Site behind it differs.
#include "lessons/httpd/httpd.h"

#include <system_error>

#include "lessons/common/say.h"
#include "lessons/httpd/demo_site.h"
#include "lessons/httpd/disk_site.h"
#include "lessons/httpd/server.h"
#include "scheduler/scheduler.h"
#include "scheduler/sleep.h"

namespace rill::httpd {
namespace {

constexpr std::int64_t kMostMilliseconds = 86'400'000;  // a day

/// Simulated time starts at 2026-01-01 00:00:00 UTC.
constexpr std::int64_t kSimulatedStart = 1'767'225'600;

std::int64_t real_seconds() { return wall_clock().ns / 1'000'000'000; }
std::int64_t simulated_seconds() { return kSimulatedStart + now().ns / 1'000'000'000; }

/// "200 GET /index.html 512". A target has no spaces and no control bytes (RequestParser).
std::string access_line(const Access& access) {
  const bool is_known = !access.method.empty();
  std::string line = std::to_string(access.status) + " ";
  line.append(is_known ? access.method : "-").append(" ").append(is_known ? access.target : "-");
  line += " " + std::to_string(access.body_bytes);
  return access.is_complete ? line : line + " cut short";
}

/// The picture of a simulated run shows who it was; a line on a real terminal has to say it.
void say_access(const Access& access) { lesson::say(access_line(access)); }
void say_access_and_client(const Access& access) {
  lesson::say(access_line(access) + " " + to_string(access.client));
}

std::unique_ptr<Site> open_root(const std::string& root) {
  try {
    return std::make_unique<DiskSite>(root);
  } catch (const std::system_error& error) {
    throw lesson::UsageMistake("--root wants a folder that can be opened, not '" + root +
                               "': " + error.code().message());
  }
}

Task<> run_server(const lesson::Settings& settings, const Flags& flags) {
  std::unique_ptr<Site> site =
      settings.is_real ? open_root(flags.root) : std::make_unique<MemorySite>(demo_site());
  Service service(*site, limits_of(flags), settings.is_real ? real_seconds : simulated_seconds);
  if (!settings.is_quiet) service.on_access = settings.is_real ? say_access_and_client : say_access;
  lesson::Door door(flags.tls);
  if (door.is_there()) {
    service.welcome = [&](Connection& connection) {
      return door.enter(connection, service.limits.header);
    };
  }
  co_await serve(settings, service);
}

void check(const lesson::Settings& settings, const Flags& flags) {
  limits_of(flags);
  lesson::check_tls(settings, flags.tls);
  if (settings.is_real && flags.root.empty())
    throw lesson::UsageMistake("--real needs --root FOLDER: the folder whose files to serve");
  if (settings.is_real) open_root(flags.root);
  if (!settings.is_real && !flags.root.empty())
    throw lesson::UsageMistake("--root is for real sockets; add --real");
}

}  // namespace

Duration parse_duration(const std::string& flag, const std::string& text) {
  const bool has_unit = text.ends_with("ms");
  const std::string_view digits =
      std::string_view(text).substr(0, text.size() - (has_unit ? 2 : 0));
  const std::size_t point = digits.find('.');
  const std::string_view fraction = point == digits.npos ? "" : digits.substr(point + 1);
  std::string number(digits.substr(0, point));
  number += fraction;
  if (!has_unit && fraction.size() <= 3) number.append(3 - fraction.size(), '0');
  const auto milliseconds_given = http::parse_decimal(number);
  if (number.size() > 11 || digits.empty() || point == 0 || point + 1 == digits.size() ||
      (has_unit ? point != digits.npos : fraction.size() > 3) || !milliseconds_given ||
      *milliseconds_given < 1 || *milliseconds_given > kMostMilliseconds) {
    throw lesson::UsageMistake(flag + " wants seconds, such as 10 or 2.5 or 500ms, not '" + text +
                               "'");
  }
  return milliseconds(static_cast<std::int64_t>(*milliseconds_given));
}

Limits limits_of(const Flags& flags) {
  Limits limits;
  limits.header = parse_duration("--header-timeout", flags.header_timeout);
  limits.body = parse_duration("--body-timeout", flags.body_timeout);
  limits.idle = parse_duration("--idle-timeout", flags.idle_timeout);
  limits.write = parse_duration("--write-timeout", flags.write_timeout);
  limits.drain = parse_duration("--drain-timeout", flags.drain_timeout);
  return limits;
}

lesson::Program httpd_program(Flags& flags) {
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
  program.cut_percent = 10;
  program.hint = "open http://{address}/      stop it with: Ctrl-C";
  program.options = [&flags](lesson::CommandLine& line) {
    line.text("--root", flags.root, "FOLDER", "the folder whose files to serve (real sockets)");
    lesson::add_tls_flags(line, flags.tls);
    line.text("--header-timeout", flags.header_timeout, "TIME", "for all of a request's head");
    line.text("--body-timeout", flags.body_timeout, "TIME", "for all of a request's body");
    line.text("--idle-timeout", flags.idle_timeout, "TIME", "between two requests");
    line.text("--write-timeout", flags.write_timeout, "TIME",
              "for a client to take more of its answer");
    line.text("--drain-timeout", flags.drain_timeout, "TIME", "for the last answers when it ends");
  };
  program.check = [&flags](const lesson::Settings& settings) { check(settings, flags); };
  program.main = [&flags](const lesson::Settings& settings) { return run_server(settings, flags); };
  program.scenario = httpd_scenario;
  return program;
}

}  // namespace rill::httpd
