// The shapes of latency, to the nanosecond: whoever changes a quantile changes every seed's run.
#include "simnet/latency.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "simnet/fixed_point.h"
#include "tests/testing/property.h"

namespace rill::simnet {
namespace {

std::vector<std::int64_t> quantiles(const Latency& latency,
                                    const std::vector<std::uint64_t>& choices) {
  std::vector<std::int64_t> values;
  for (const std::uint64_t choice : choices) values.push_back(latency.at(choice).ns);
  return values;
}

TEST_CASE("fixed and uniform latencies are exact, and a fixed one draws nothing", "[latency]") {
  CHECK(!Latency::fixed(3_ms).is_random());
  CHECK(Latency::fixed(3_ms).alternatives() == 1);
  CHECK(Latency::fixed(3_ms).at(0) == 3_ms);
  const Latency uniform = Latency::uniform(1_ms, 2_ms);
  CHECK(uniform.alternatives() == 1'000'001);
  CHECK(uniform.at(0) == 1_ms);
  CHECK(uniform.at(250'000) == 1250_us);
  CHECK(uniform.at(1'000'000) == 2_ms);
}

TEST_CASE("an exponential latency has the quantiles of its formula, to the nanosecond",
          "[latency]") {
  const Latency latency = Latency::exponential(2_ms, 1_s);
  CHECK(latency.alternatives() == 65536);
  // 2 ms + 1 s x ln(65536 / (65536 - q)): q/65536 is 0, 1/2, 3/4, 7/8, 1023/1024, the last.
  CHECK(quantiles(latency, {0, 32768, 49152, 57344, 65472, 65535}) ==
        std::vector<std::int64_t>{2'000'000, 695'147'180, 1'388'294'361, 2'081'441'541,
                                  6'933'471'805, 11'092'354'888});
  CHECK(latency.most == latency.at(65535));
}

TEST_CASE("a Pareto latency has the quantiles of its formula, to the nanosecond", "[latency]") {
  const Latency heavy = Latency::pareto(1_ms, 100);  // twice as long for every second one
  CHECK(quantiles(heavy, {0, 32768, 49152, 65472, 65535}) ==
        std::vector<std::int64_t>{1'000'000, 2'000'000, 4'000'000, 1'024'000'000, 65'536'000'000});
  const Latency light = Latency::pareto(1_ms, 200);
  CHECK(quantiles(light, {0, 32768, 49152, 65472, 65535}) ==
        std::vector<std::int64_t>{1'000'000, 1'414'213, 2'000'000, 32'000'000, 256'000'000});
}

TEST_CASE("a bimodal latency is rare as often as asked, and at the end of the choices",
          "[latency]") {
  const Latency latency = Latency::bimodal(1_ms, 40_ms, 250'000);
  CHECK(quantiles(latency, {0, 49151, 49152, 65535}) ==
        std::vector<std::int64_t>{1'000'000, 1'000'000, 40'000'000, 40'000'000});
  CHECK(Latency::bimodal(1_ms, 2_ms, 1).at(65535) == 2_ms);  // rounded up: it can happen
  CHECK(Latency::bimodal(1_ms, 2_ms, 0).at(65535) == 1_ms);
}

TEST_CASE("choices are in order of length, so that a smaller one is milder", "[latency]") {
  for (const Latency& latency : {Latency::exponential(1_ms, 7_ms), Latency::pareto(3_ms, 50),
                                 Latency::pareto(3_ms, 1000), Latency::bimodal(1_ms, 2_ms, 5000)}) {
    bool ascends = true;
    for (std::uint64_t q = 1; q < latency.alternatives(); ++q) {
      ascends = ascends && latency.at(q - 1) <= latency.at(q);
    }
    CHECK(ascends);
    CHECK(latency.at(0) == latency.least);
    CHECK(latency.at(latency.alternatives() - 1) == latency.most);
  }
}

TEST_CASE("the averages are what was asked for", "[latency]") {
  const auto average = [](const Latency& latency) {
    std::int64_t sum = 0;
    for (std::uint64_t q = 0; q < latency.alternatives(); ++q) sum += latency.at(q).ns;
    return sum / static_cast<std::int64_t>(latency.alternatives());
  };
  CHECK(average(Latency::exponential(1_ms, 10_ms)) / 10'000 == 1099);  // 11 ms, less the cut tail
  CHECK(average(Latency::pareto(1_ms, 300)) / 10'000 == 149);          // 3/2 of the least
}

TEST_CASE("what cannot be a latency is not valid", "[latency]") {
  CHECK(Latency::exponential(0_ms, 1_s).is_valid());
  CHECK(!Latency::exponential(Duration(-1), 1_s).is_valid());
  CHECK(!Latency::exponential(1_s, Duration(-1)).is_valid());
  CHECK(!Latency::exponential(0_ms, Duration(INT64_MAX)).is_valid());
  CHECK(!Latency::pareto(1_ms, 49).is_valid());
  CHECK(!Latency::pareto(1_ms, 1001).is_valid());
  CHECK(!Latency::pareto(seconds(4'000'000'000), 50).is_valid());
  CHECK(!Latency::bimodal(2_ms, 1_ms, 5).is_valid());
}

RILL_PROPERTY("the integer logarithm and power agree with the mathematical library",
              std::uint32_t value) {
  if (value == 0) value = 1;
  const double log2 = static_cast<double>(log2_q32(value)) / 4294967296.0;
  RC_ASSERT(std::abs(log2 - std::log2(value)) < 1.0 / (1 << 25));
  const double power = static_cast<double>(exp2_q62(value)) / 4611686018427387904.0;
  RC_ASSERT(std::abs(power - std::exp2(value / 4294967296.0)) < 1e-15 * 4);
}

}  // namespace
}  // namespace rill::simnet
