// The crawler's demonstration site on a real loopback port, for tests of the crawler's binary.
// Usage: origin_main DELAY_MS [faulty]; prints "listening on 127.0.0.1:PORT".
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "lessons/crawler/site.h"
#include "net/net.h"
#include "net/run.h"

namespace rill {
namespace {

Task<> serve(const crawler::Site& site) {
  Listener listener("127.0.0.1", 0);
  std::printf("listening on %s\n", to_string(listener.address()).c_str());
  std::fflush(stdout);
  co_await server(std::move(listener), [&site](Connection connection) {
    return crawler::serve_site(site, std::move(connection));
  });
}

}  // namespace
}  // namespace rill

int main(int argc, char** argv) {
  const bool is_faulty = argc > 2 && std::string_view(argv[2]) == "faulty";
  const rill::Duration delay = rill::milliseconds(argc > 1 ? std::atoi(argv[1]) : 0);
  const rill::crawler::Site site = rill::crawler::site_of_100_pages(delay, is_faulty);
  rill::run(rill::serve(site));
}
