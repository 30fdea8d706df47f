// RILL_CHECK: a rule that Rill's own code or its caller must keep, tested in every build. A broken
// one ends the process with a sentence: going on would corrupt memory or hang.
#pragma once

namespace rill {

[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const char* sentence);

}  // namespace rill

#define RILL_CHECK(condition, sentence)              \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::rill::check_failed(__FILE__, __LINE__, #condition, (sentence)))
