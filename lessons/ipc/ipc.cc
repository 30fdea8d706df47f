// Ipc: two processes send each other messages over one connection.
//
//   ./rill run ipc            two hosts of the simulated network
//   ./rill run ipc --real     two processes of this machine: the first starts the second
//
// A stream has bytes, not messages: what was put in as three may come out as one or as seven. So an
// Endpoint writes the length before each message, and get() gives back exactly what put() got,
// however the network cuts it. That is what the seeds try.
#include <spawn.h>
#include <sys/wait.h>

#include <charconv>

#include "lessons/common/program.h"
#include "lessons/common/say.h"
#include "lessons/common/serve.h"
#include "lessons/common/world.h"
#include "simnet/network.h"

extern char** environ;

namespace rill::lesson {
namespace {

/// One end of a connection that carries messages: "LENGTH\n", then so many bytes.
class Endpoint {
 public:
  explicit Endpoint(Connection connection) : connection_(std::move(connection)) {}

  Task<> put(std::string message) {
    message.insert(0, std::to_string(message.size()) + "\n");
    co_await connection_.sendall(message);
  }

  /// Throws Failure when the peer does not keep to the rules, or is gone.
  Task<std::string> get() {
    const std::string head = co_await connection_.readline("\n", kMostDigits);
    std::size_t size_bytes = 0;
    const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), size_bytes);
    if (error != std::errc() || *end != '\n' || size_bytes > kMostBytes) {
      throw Failure("a message should start with its length, not with " + in_quotes(head));
    }
    std::string message;
    while (message.size() < size_bytes) {
      const std::string more = co_await connection_.recv(size_bytes - message.size());
      if (more.empty()) throw Failure("the other end left in the middle of a message");
      message += more;
    }
    co_return message;
  }

 private:
  static constexpr std::size_t kMostDigits = 9;
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  Connection connection_;
};

// ---- what the two say to each other

Task<> first_talks(Endpoint end) {
  for (const char* message : {"hello!", "123", "several\nlines\nare one message"}) {
    co_await end.put(message);
  }
  const std::string answer = co_await end.get();
  report("the first got " + in_quotes(answer));
}

Task<> second_talks(Endpoint end) {
  std::string all;
  for (int i = 0; i < 3; ++i) {
    const std::string message = co_await end.get();
    say("got " + in_quotes(message));
    all += (all.empty() ? "" : " + ") + std::to_string(message.size());
  }
  co_await end.put("I got 3 messages: " + all + " bytes");
}

// ---- how they meet

struct Flags {
  std::uint64_t join_port = 0;  ///< be the second process, and connect here
};

/// Runs this very program a second time. Returns its process number.
pid_t start_second_process(std::uint16_t port) {
  std::string name = "ipc", real = "--real", flag = "--join", value = std::to_string(port);
  char* arguments[] = {name.data(), real.data(), flag.data(), value.data(), nullptr};
  pid_t process = 0;
  const int error = posix_spawn(&process, "/proc/self/exe", nullptr, nullptr, arguments, environ);
  if (error != 0) throw NetError("start of the second process", "", error);
  return process;
}

Task<> first(const Settings& settings) {
  Listener listener = listen_as_told(settings);
  announce_listening(listener.address());
  const pid_t second = settings.is_real ? start_second_process(listener.address().port) : 0;
  Connection connection = co_await listener.accept();
  co_await first_talks(Endpoint(std::move(connection)));
  if (second != 0) waitpid(second, nullptr, 0);  // it has said its last word: no time to wait
}

Task<> second(std::string host, std::uint16_t port) {
  Connection connection = co_await connect(host, port);
  co_await second_talks(Endpoint(std::move(connection)));
}

Task<> scenario(World& world) {
  const HostId left = world.network().add_host("left");
  const HostId right = world.network().add_host("right");
  world.network().set_links(left, right, {.latency = simnet::Latency::uniform(2_ms, 5_ms)});
  TaskRef program = co_await world.start(left);
  spawn_on(right, second("left", world.port()));
  co_await join(program);
}

}  // namespace
}  // namespace rill::lesson

int main(int argc, char** argv) {
  using namespace rill::lesson;
  Flags flags;
  Program program;
  program.name = "ipc";
  program.about = "Two processes send each other messages over one connection.";
  program.examples =
      "  ./rill run ipc                        two hosts of the simulated network\n"
      "  ./rill run ipc --seed 4               the same, cut into other pieces\n"
      "  ./rill run ipc --real                 two processes: the first starts the second\n";
  program.port = 4916;
  program.cut_percent = 40;
  program.options = [&flags](CommandLine& line) {
    line.number("--join", flags.join_port, 0, 65535,
                "be the second process, and talk to the first at this port");
  };
  program.main = [&flags](const Settings& settings) {
    return flags.join_port == 0
               ? first(settings)
               : second(settings.host, static_cast<std::uint16_t>(flags.join_port));
  };
  program.scenario = scenario;
  return run_program(program, argc, argv);
}
