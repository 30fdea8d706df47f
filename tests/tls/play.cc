// Prints the fingerprints of conversations FIRST to LAST, in that order, one a line: the process
// that determinism_test.cc starts twice. Usage: play [--salt N] FIRST LAST
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/determinism/scattered_heap.h"
#include "tests/tls/conversations.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const long first = std::atol(argv[argc - 2]);
  const long last = std::atol(argv[argc - 1]);
  const long step = first <= last ? 1 : -1;
  for (long seed = first; seed != last + step; seed += step) {
    if (argc > 3) rill::testing::salt_stack(std::strtoull(argv[2], nullptr, 10));
    const std::string fingerprint = rill::testing::converse(static_cast<std::uint64_t>(seed));
    std::printf("%ld %s\n", seed, fingerprint.c_str());
  }
  return 0;
}
