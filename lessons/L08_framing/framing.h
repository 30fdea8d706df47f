// Lesson 8: lines out of a stream that knows no lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "net/net.h"
#include "scheduler/api.h"

/// How much one recv may take.
constexpr std::size_t kReadBytes = 64;

/// The next line from `connection`, without its end: "\n", or "\r\n" as one. At the end of the
/// stream: what is left without an end, and then nothing.
/// `buffer` is empty at the first call and belongs to this function: here it keeps what has arrived
/// and is not handed out yet. That is never more than a line that is just short enough, its "\r",
/// and one read: `most_bytes` + 1 + kReadBytes.
/// Throws rill::LineTooLong(peer, most_bytes) if a line, without its end, is longer than
/// `most_bytes`.
rill::Task<std::optional<std::string>> readline(rill::Connection& connection, std::string& buffer,
                                                std::size_t most_bytes);
