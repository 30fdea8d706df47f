// What the recorder and the replay do alike: entries made from operations that came back and from
// calls, and what the trace hears of them. Both must tell the trace the same, since the fingerprint
// of a replay is that of the recorded run.
#pragma once

#include "scheduler/record/entry.h"
#include "scheduler/trace.h"

namespace rill::record {

/// `op` came back; it is the `number`-th submitted. `moved` becomes all of the bytes that it moved.
Entry completion_entry(const Op& op, std::uint64_t number, std::string_view& moved);

/// Gives `op` what the recording says that came back: bytes, sockets, addresses, the result. False
/// if that cannot be; a damaged recording does not write where it should not.
bool answer_op(Op& op, const Entry& recorded);

/// Randomness is recorded as a read from this descriptor, which is nobody's.
struct RandomRead : FdOp {
  explicit RandomRead(std::span<std::byte> to) : FdOp(OpKind::read) {
    data = to.data();
    size_bytes = to.size();
  }
};

/// A wait; `last` is the last reading of the clock.
Entry wait_entry(Instant deadline, Instant last);

Entry listen_entry(const Address& at, const ListenOptions& options);

/// The socket that a completed operation has opened, if any.
Handle opened_by(const Op& op);

/// `moved`: the bytes of a completed transfer, of which the entry has some.
void tell_trace(Trace& trace, const Entry& entry, std::string_view moved);

}  // namespace rill::record
