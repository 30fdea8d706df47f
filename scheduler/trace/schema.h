// The schema, version 1, said once: which fields each kind has, in the order of the line. Reader
// and writer are archives of it; docs/trace.md says the same for people.
//
// An archive has, each with the field's name: text(), number(), hex(), flag(), end(), which every
// event of the kind has; optional() of all of these, which is left out where there is nothing to
// say; list() and data(), which are left out when empty.
#pragma once

#include "scheduler/trace/record.h"

namespace rill::trace {

// Always inline, so that what writes a line is one piece of code, which keeps in registers how far
// it has got: every event of a run passes there.

/// Of the first line, behind its version.
template <class Archive, class SomeHeader>
[[gnu::always_inline]] inline void fields_of_header(Archive& archive, SomeHeader& header) {
  archive.text("program", header.program);
  archive.text("world", header.world);
  archive.text("clock", header.clock);
  archive.optional("seed", header.seed);
  archive.optional("command", header.command);
  archive.list("chosen", header.chosen);
  archive.optional("token", header.token);
  archive.number("left_out", header.left_out);
}

namespace schema {

template <class Archive, class SomeRecord>
[[gnu::always_inline]] inline void connection(Archive& archive, SomeRecord& record) {
  archive.number("conn", record.conn);
  archive.end("end", record.end);
}

template <class Archive, class SomeRecord>
[[gnu::always_inline]] inline void part_of_stream(Archive& archive, SomeRecord& record) {
  connection(archive, record);
  archive.number("offset", record.offset);
  archive.number("bytes", record.bytes);
}

}  // namespace schema

/// Those that only this kind has.
template <class Archive, class SomeRecord>
[[gnu::always_inline]] inline void own_fields_of(Archive& archive, SomeRecord& record) {
  switch (record.kind) {
    case Kind::host:
      return archive.text("address", record.address);
    case Kind::spawn:
      archive.text("target", record.target);
      archive.optional("target_host", record.target_host);
      return archive.optional("in", record.in);
    case Kind::step:
    case Kind::note:
    case Kind::run_fails:
      return;
    case Kind::block:
      archive.text("on", record.on);
      archive.optional("conn", record.conn);
      archive.optional("end", record.end);
      archive.optional("socket", record.socket);
      archive.optional("object", record.object);
      archive.optional("until", record.until_ns);
      archive.optional("limit", record.limit_ns);
      archive.optional("limit_at", record.limit_at);
      archive.list("chain", record.chain);
      return archive.optional("in", record.in);
    case Kind::wake:
      archive.text("target", record.target);
      archive.text("why", record.why);
      archive.optional("object", record.object);
      return archive.optional("cause", record.cause);
    case Kind::finish:
    case Kind::fail:
    case Kind::kill:
      return archive.text("target", record.target);
    case Kind::time_out:
      archive.text("target", record.target);
      return archive.optional("limit", record.limit_ns);
    case Kind::sync:
      archive.text("object", record.object);
      archive.text("did", record.did);
      archive.number("count", record.count);
      archive.optional("of", record.of);
      return archive.optional("cause", record.cause);
    case Kind::decide:
      archive.text("site", record.site);
      archive.hex("key", record.key);
      archive.number("choice", record.choice);
      archive.number("of", record.of);
      return archive.number("count", record.count);
    case Kind::listen:
      archive.number("socket", record.socket);
      archive.number("port", record.port);
      return archive.text("address", record.address);
    case Kind::connect:
      schema::connection(archive, record);
      archive.optional("from", record.from);
      archive.text("to", record.to);
      archive.optional("again", record.again);
      return archive.optional("cause", record.cause);
    case Kind::established:
      schema::connection(archive, record);
      archive.text("from", record.from);
      return archive.text("to", record.to);
    case Kind::accept:
      schema::connection(archive, record);
      archive.text("from", record.from);
      archive.text("to", record.to);
      return archive.optional("socket", record.socket);
    case Kind::send:
    case Kind::recv:
      schema::part_of_stream(archive, record);
      return archive.data("data", record.data);
    case Kind::segment:
      schema::part_of_stream(archive, record);
      archive.optional("again", record.again);
      return archive.optional("cause", record.cause);
    case Kind::lost:
    case Kind::deliver:
      schema::part_of_stream(archive, record);
      return archive.number("cause", record.cause);
    case Kind::shutdown:
      return schema::connection(archive, record);
    case Kind::end_of_stream:
    case Kind::reset:
      schema::connection(archive, record);
      return archive.optional("cause", record.cause);
    case Kind::close:
      archive.optional("conn", record.conn);
      archive.optional("end", record.end);
      return archive.optional("socket", record.socket);
    case Kind::refuse:
      schema::connection(archive, record);
      return archive.number("port", record.port);
    case Kind::resolve:
      archive.text("name", record.name);
      return archive.text("addresses", record.addresses);
    case Kind::signal:
      return archive.number("signal", record.signal);
    case Kind::fault:
      archive.text("site", record.site);
      archive.hex("key", record.key);
      archive.number("strength", record.strength);
      return archive.optional("conn", record.conn);
    case Kind::property:
      archive.text("name", record.name);
      archive.flag("holds", record.holds);
      return archive.optional("cause", record.cause);
    case Kind::end:
      archive.number("events", record.events);
      archive.number("tasks", record.tasks);
      archive.optional("fingerprint", record.fingerprint);
      return archive.number("left_out", record.left_out);
  }
}

/// All but the kind; `archive` knows it, and says it behind "t".
template <class Archive, class SomeRecord>
[[gnu::always_inline]] inline void fields_of(Archive& archive, SomeRecord& record) {
  archive.number("n", record.n);
  archive.number("t", record.t_ns);
  archive.kind(record.kind);
  archive.optional("host", record.host);
  archive.optional("task", record.task);
  own_fields_of(archive, record);
  archive.optional("at", record.at);
  archive.optional("text", record.text);
}

}  // namespace rill::trace
