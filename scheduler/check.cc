// The end of a process that broke a rule. See check.h.
#include "scheduler/check.h"

#include <cstdio>
#include <cstdlib>

namespace rill {

void check_failed(const char* file, int line, const char* condition, const char* sentence) {
  std::fprintf(stderr, "rill: %s\n  (%s:%d: the check `%s` failed)\n", sentence, file, line,
               condition);
  std::abort();
}

}  // namespace rill
