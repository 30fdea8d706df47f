// Code that the documents show and that no lesson holds: compiled, so that it stays true.
#include "net/net.h"
#include "net/run.h"

namespace rill::docs::bluelet {

Task<> echoer(Connection connection) {
  for (;;) {
    const std::string data = co_await connection.recv(1024);
    if (data.empty()) co_return;
    co_await connection.sendall(data);
  }
}

}  // namespace rill::docs::bluelet

using namespace rill;
using rill::docs::bluelet::echoer;

int main() { run(server("", 4915, echoer)); }
