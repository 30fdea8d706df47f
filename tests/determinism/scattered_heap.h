// A heap that is another one in each process: what two runs of one program must not notice.
//
// Linked in, it replaces operator new. Neighbouring small blocks come in an order of the salt's
// choosing, since an allocator left alone gives ascending addresses at every base, and so hides
// whoever compares pointers. And all fresh memory is filled with the salt's byte, on every build:
// MALLOC_PERTURB_ (mallopt(3)) does that for plain malloc only, and not under sanitizers.
#pragma once

#include <cstdint>

namespace rill::testing {

/// From the next allocation on. Before, the salt is 0.
void salt_heap(std::uint64_t salt);

/// Fills 256 KiB of stack below the caller with the salt's byte: the values that locals have who
/// are read before they are set.
void salt_stack(std::uint64_t salt);

}  // namespace rill::testing
