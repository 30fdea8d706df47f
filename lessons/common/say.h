// What a program prints, in either world.
//
// say() is for what happens while it runs: on real sockets a line on stdout at once; in the
// simulation a line of the story, with virtual time and host, and part of the fingerprint. Nothing
// with --quiet.
// report() is the result: printed always, on real sockets at once, in the simulation below the
// story. Both take one line or several, without the last "\n", and never suspend.
//
// Never std::cout in a lesson: a simulated run would print it out of turn.
#pragma once

#include <string>
#include <string_view>

#include "scheduler/address.h"

namespace rill::lesson {

void say(std::string_view line);
void report(std::string_view line);

/// say() of a server that must go on whether anybody reads or not: on real sockets say() waits for
/// who reads stdout, and with it all clients. What there is no room for is lost.
void mention(std::string_view line);

/// For whoever operates the program: something is wrong, and the program goes on. On real sockets a
/// line on stderr that begins with the program's name, also with --quiet, or lost as by mention();
/// in the simulation a line of the story.
void warn(std::string_view line);

/// A server is ready: prints `listening on HOST:PORT` on real sockets, first line, flushed, also
/// with --quiet; lets World::start() go on in the simulation. serve() does this.
void announce_listening(const Address& address);

/// Bytes as a person reads them: "hello\n" with the quotes, control characters and what is not
/// UTF-8 escaped, the end cut off (and said so) beyond `most_characters`. (Not quoted(): for a
/// std::string that would be the one of <iomanip>, where that is included.)
std::string in_quotes(std::string_view bytes, std::size_t most_characters = 40);

}  // namespace rill::lesson
