// When TCP gives up on what nobody answers: who learns of it, when, and what the other end sees.
#include "tests/simnet/planned.h"

namespace rill::simnet {
namespace {

TEST_CASE("a cut that lasts ends in ETIMEDOUT after 15 attempts, 924.6 s; the reader never knows",
          "[faults][cut]") {
  Pair pair;
  Stories stories;
  pair.run(connected(pair,
                     [&](const Ends& ends) -> Task<> {
                       pair.network.cut(pair.client, pair.server);
                       const Instant start = now();
                       const std::int64_t sent = co_await Sending(ends.client, "lost");
                       CHECK(sent == 4);
                       const Received error = co_await Receiving(ends.client, 10);
                       CHECK(error.result == -ETIMEDOUT);
                       CHECK(now() - start == 924'600_ms);
                       const Received end = co_await Receiving(ends.client, 10);
                       CHECK(end.result == 0);
                       const std::int64_t broken = co_await Sending(ends.client, "more");
                       CHECK(broken == -EPIPE);
                       pair.network.heal(pair.client, pair.server);
                       const std::int64_t first = co_await Sending(ends.server, "anybody there?");
                       CHECK(first == 14);
                       const Received reset = co_await Receiving(ends.server, 10);
                       CHECK(reset.result == -ECONNRESET);
                     }),
           nullptr, &stories);
  CHECK(stories.told ==
        std::vector<std::string>{"link client->server is cut", "link server->client is cut",
                                 "client->server#1 is given up: no answer to 15 repetitions",
                                 "link client->server is healed", "link server->client is healed"});
}

TEST_CASE("a writer that waits for room in a cut gets ETIMEDOUT too", "[faults][cut]") {
  NetworkOptions options;
  options.host.send_buffer_bytes = 1000;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut(pair.client, pair.server);
    const Instant start = now();
    const std::string data = pattern(3000);
    const std::int64_t first = co_await Sending(ends.client, data);
    CHECK(first == 1000);
    const std::int64_t second = co_await Sending(ends.client, data);
    CHECK(second == -ETIMEDOUT);
    CHECK(now() - start == 924'600_ms);
  }));
}

TEST_CASE("with only the ACKs cut off, bytes arrive, and the writer gives up all the same",
          "[faults][cut]") {
  Pair pair;
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut_one_way(pair.server, pair.client);
    const Instant start = now();
    const std::int64_t arrives = co_await trip(ends.client, ends.server);
    CHECK(arrives == kMs);
    const Received error = co_await Receiving(ends.client, 10);
    CHECK(error.result == -ETIMEDOUT);
    CHECK(now() - start == 924'601_ms);  // the segment took a millisecond
  }));
}

TEST_CASE("a program that has closed is forgotten after 8 attempts, 102.2 s", "[faults][cut]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Ends ends = co_await connect_ends(pair.client, pair.server);
    pair.network.cut(pair.client, pair.server);
    co_await Sending(ends.client, "lost");
    ends.close_all();
    co_await sleep(103_s);
    CHECK(pair.network.events_in_flight() == 0);
    CHECK(pair.network.blocks_in_use() == 0);
  }(pair));
}

TEST_CASE("a link that loses everything ends in ETIMEDOUT", "[faults][loss]") {
  Pair pair;
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.set_link(pair.client, pair.server, {.loss_per_million = 1'000'000});
    const Instant start = now();
    co_await Sending(ends.client, "lost");
    const Received error = co_await Receiving(ends.client, 10);
    CHECK(error.result == -ETIMEDOUT);
    CHECK(now() - start == 924'600_ms);
  }));
}

TEST_CASE("an end that gave up answers a FIN with a reset", "[faults][cut]") {
  Pair pair;
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    pair.network.cut(pair.client, pair.server);
    co_await Sending(ends.client, "lost");
    const Received error = co_await Receiving(ends.client, 10);
    CHECK(error.result == -ETIMEDOUT);
    pair.network.heal(pair.client, pair.server);
    backend().shutdown_write(ends.server);
    const Received reset = co_await Receiving(ends.server, 10);
    CHECK(reset.result == -ECONNRESET);
  }));
}

TEST_CASE("an end that gave up answers the question for room with a reset", "[faults][cut]") {
  NetworkOptions options;
  options.host.receive_buffer_bytes = 1000;
  Pair pair(options);
  pair.run(connected(pair, [&](const Ends& ends) -> Task<> {
    const std::string data = pattern(2000);
    co_await Sending(ends.server, data);
    co_await sleep(10_ms);
    pair.network.cut(pair.client, pair.server);
    const Instant start = now();
    co_await Sending(ends.client, "lost");
    co_await sleep(10_s);
    co_await receive_all(ends.client, 1000);  // the server does not hear of the room
    const Received error = co_await Receiving(ends.client, 10);
    CHECK(error.result == -ETIMEDOUT);
    CHECK(now() - start == 924'600_ms);
    pair.network.heal(pair.client, pair.server);  // before the server gives up, at 934.6 s
    const Received reset = co_await Receiving(ends.server, 10);
    CHECK(reset.result == -ECONNRESET);
    CHECK(now() - start == 934'601_ms);
  }));
}

TEST_CASE("a client whose last ACK is lost for good is forgotten, and learns when it writes",
          "[faults][cut]") {
  Pair pair;
  pair.run([](Pair& pair) -> Task<> {
    const Handle listener = listen_on(pair.server);
    const TaskRef cutter = spawn(
        [](Network* network, HostId from, HostId to) -> Task<> {
          co_await sleep(1'500_us);  // the SYN-ACK is on its way
          network->cut_one_way(from, to);
        },
        &pair.network, pair.client, pair.server);
    const Connected client =
        co_await connect_from(pair.client, pair.network.address(pair.server, kPort));
    CHECK(client.result == 0);
    co_await join(cutter);
    co_await sleep(1000_s);
    CHECK(pair.network.events_in_flight() == 0);
    pair.network.heal(pair.client, pair.server);
    const std::int64_t sent = co_await Sending(client.socket, "anybody there?");
    CHECK(sent > 0);
    const Received reset = co_await Receiving(client.socket, 10);
    CHECK(reset.result == -ECONNRESET);
    backend().close(client.socket);
    backend().close(listener);
  }(pair));
}

}  // namespace
}  // namespace rill::simnet
