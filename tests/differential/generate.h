// Scripts by rapidcheck: how often each operation, how long, how they shrink.
#pragma once

#include <rapidcheck.h>

#include <ostream>

#include "tests/differential/script.h"

namespace rill::differential {

/// Scripts of up to 24 operations after an opening. They shrink by leaving operations out, and to
/// small sizes, no opening and default buffers last.
rc::Gen<Script> scripts();

/// Nothing: which sockets the operations met is in the transcript that a failure prints.
void showValue(const Script& script, std::ostream& out);

}  // namespace rill::differential

namespace rc {

template <>
struct Arbitrary<rill::differential::Script> {
  static Gen<rill::differential::Script> arbitrary() { return rill::differential::scripts(); }
};

}  // namespace rc
