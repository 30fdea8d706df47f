// The suite on plain connections. See conformance.h.
#include "tests/conformance/conformance.h"

namespace rill::conformance {

const bool ends_with_goodbye = false;

Task<Pair> layered(Pair plain) { co_return plain; }

}  // namespace rill::conformance
