// What every socket of a server is made with, whoever makes it: a backend, or net/service for one.
#pragma once

namespace rill {

/// TCP_NOTSENT_LOWAT (tcp(7)) of a listening socket, which accepted ones inherit: what the kernel
/// may hold for a connection beyond what the peer's window lets go. Without it, that is more than a
/// megabyte each: a thousand clients that read nothing were seen to take 1.4 GB of kernel memory,
/// until TCP as a whole had none left, and a second of copying. Enough to keep a fast client's
/// window filled between two turns of the loop.
inline constexpr int kMostUnsentBytes = 128 << 10;

}  // namespace rill
