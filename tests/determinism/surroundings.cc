// See surroundings.h.
#include "tests/determinism/surroundings.h"

#include <cstdlib>

namespace rill::testing {

namespace {

Finished run_with(std::vector<std::string> words, std::uint64_t salt, const std::string& program,
                  const std::vector<std::string>& arguments) {
  const bool is_odd = salt % 2 == 1;
  const std::string poison = std::to_string(17 + salt * 101 % 200);  // never 0: that is no poison
  const char* const asan = std::getenv("ASAN_OPTIONS");
  const std::vector<std::string> surroundings = {
      "/usr/bin/env",
      // What plain malloc gives and takes back is filled (mallopt(3), M_PERTURB), and one of two
      // runs does without the cache that hands the last block freed to the next one who asks.
      "MALLOC_PERTURB_=" + poison,
      "GLIBC_TUNABLES=glibc.malloc.tcache_count=" + std::string(is_odd ? "7" : "0"),
      "ASAN_OPTIONS=" + std::string(asan != nullptr ? asan : "") +
          ":max_malloc_fill_size=1000000:malloc_fill_byte=" + poison,
      std::string("TZ=") + (is_odd ? "Pacific/Chatham" : "UTC"),
      std::string("LC_ALL=") + (is_odd ? "C.UTF-8" : "POSIX"),
      "USER=user" + std::to_string(salt),
      program,
      "--salt",
      std::to_string(salt),
  };
  words.insert(words.end(), surroundings.begin(), surroundings.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_child(std::move(words));
}

}  // namespace

Finished run_in_surroundings(std::uint64_t salt, const std::string& program,
                             const std::vector<std::string>& arguments) {
  return run_with({}, salt, program, arguments);
}

Finished run_held_still(std::uint64_t salt, const std::string& program,
                        const std::vector<std::string>& arguments) {
  return run_with({"/usr/bin/setarch", "--addr-no-randomize"}, salt, program, arguments);
}

}  // namespace rill::testing
