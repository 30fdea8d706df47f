// systemd's protocol from the other side: the variables it sets, and the datagrams it gets.
#include "net/service/service_manager.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "net/service/watchdog.h"
#include "tests/service/programs.h"
#include "tests/testing/testing.h"

namespace rill::testing {
namespace {

void set(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }

TEST_CASE("without a manager there is nothing to inherit, and nobody to tell") {
  const ServiceManager manager = ServiceManager::from_environment();
  CHECK(manager.inherited_fds().empty());
  CHECK(manager.watchdog_period() == Duration());
  manager.notify("READY=1");
}

TEST_CASE("the manager hears what it is told, and that a reload began when it did") {
  const NotifyListener listener;
  set("NOTIFY_SOCKET", listener.name());
  const ServiceManager manager = ServiceManager::from_environment();
  CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);  // not for children
  manager.notify("READY=1\nSTATUS=here");
  CHECK(listener.heard(0) == "READY=1\nSTATUS=here");
  manager.notify_reloading();
  CHECK_THAT(listener.heard(0), contains("RELOADING=1\nMONOTONIC_USEC="));
}

TEST_CASE("the manager hears also when no descriptor is left: a full server is not a dead one") {
  const NotifyListener listener;
  set("NOTIFY_SOCKET", listener.name());
  const ServiceManager manager = ServiceManager::from_environment();
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const int first_free = dup(STDERR_FILENO);
  close(first_free);
  const rlimit none_left = {static_cast<rlim_t>(first_free), before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
  CHECK(dup(STDERR_FILENO) < 0);
  manager.notify("WATCHDOG=1");
  CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(listener.heard(0) == "WATCHDOG=1");
}

TEST_CASE("a manager that is gone, or whose name is too long, does not matter") {
  for (const std::string& name : {std::string("/nowhere/notify"), std::string(300, 'x')}) {
    set("NOTIFY_SOCKET", name);
    ServiceManager::from_environment().notify("READY=1");
  }
}

TEST_CASE("sockets are inherited by the process that they are meant for") {
  struct Row {
    std::string pid;
    std::string fds;
    std::vector<int> inherited;
  };
  const std::string here = std::to_string(getpid());
  const std::vector<Row> rows = {
      {here, "1", {3}}, {here, "3", {3, 4, 5}}, {here, "0", {}},
      {here, "-1", {}}, {here, "x", {}},        {here, "99999999999", {}},
      {"1", "1", {}},   {"", "1", {}},          {here + "x", "1", {}},
  };
  for (const Row& row : rows) {
    INFO(row.pid << " " << row.fds);
    set("LISTEN_PID", row.pid);
    set("LISTEN_FDS", row.fds);
    CHECK(ServiceManager::from_environment().inherited_fds() == row.inherited);
    CHECK(std::getenv("LISTEN_PID") == nullptr);
    CHECK(std::getenv("LISTEN_FDS") == nullptr);
  }
}

TEST_CASE("a watchdog is wanted by whoever names this process, or none") {
  struct Row {
    std::string pid;
    std::string usec;
    Duration period;
  };
  const std::vector<Row> rows = {
      {"", "2000000", 2_s},
      {std::to_string(getpid()), "500000", 500_ms},
      {"1", "500000", 0_s},
      {"", "-5", 0_s},
      {"", "9223372036854775807", 0_s},
  };
  for (const Row& row : rows) {
    INFO(row.pid << " " << row.usec);
    if (!row.pid.empty()) set("WATCHDOG_PID", row.pid);
    set("WATCHDOG_USEC", row.usec);
    CHECK(ServiceManager::from_environment().watchdog_period() == row.period);
  }
}

TEST_CASE("the watchdog is told only when all workers have beaten") {
  const NotifyListener listener;
  set("NOTIFY_SOCKET", listener.name());
  set("WATCHDOG_USEC", "4000000");
  const ServiceManager manager = ServiceManager::from_environment();
  Watchdog watchdog(manager, 2);
  CHECK(watchdog.is_wanted());
  CHECK(watchdog.interval() == 1_s);
  for (int round = 0; round < 2; ++round) {
    watchdog.beat(0);
    watchdog.beat(0);  // the other one hangs
    CHECK(listener.heard(0).empty());
    watchdog.beat(1);
    CHECK(listener.heard(0) == "WATCHDOG=1");
    CHECK(listener.heard(0).empty());
  }
}

}  // namespace
}  // namespace rill::testing
