// The suite on plain connections. See conformance.h.
#include "tests/conformance/conformance.h"

namespace rill::conformance {

Task<Pair> layered(Pair plain) { co_return plain; }

}  // namespace rill::conformance
