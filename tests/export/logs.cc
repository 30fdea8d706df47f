// See logs.h.
#include "tests/export/logs.h"

#include "tests/testing/property.h"

namespace rill::exports {
namespace {

using trace::End;
using trace::Kind;
using trace::Log;
using trace::Record;

rc::Gen<std::string> any_text() {
  return rc::gen::oneOf(
      rc::gen::element<std::string>("", "a", "b", "a#1", "end", "two words", "10.0.0.1:80",
                                    "10.0.0.2:4000", "[fd00::1]:80", "::ffff:10.0.0.3", "10.0.0.1",
                                    "0.0.0.0:0", "10.0.0.1,fd00::1", "x;#\n\"\\", "\xff\xc3(", "é"),
      rc::gen::arbitrary<std::string>());
}

rc::Gen<std::uint64_t> any_number() {
  return rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 8),
                        rc::gen::inRange<std::uint64_t>(0, 70'000),
                        rc::gen::arbitrary<std::uint64_t>(),
                        rc::gen::element<std::uint64_t>(UINT64_MAX, UINT64_MAX - 1, 1ull << 48,
                                                        1ull << 32, 65'483, 65'484));
}

/// Connections, hosts and tasks are few, so that events have to do with each other.
Record any_record() {
  Record record;
  record.kind = static_cast<Kind>(*rc::gen::inRange<int>(0, static_cast<int>(trace::kKinds)));
  const auto few = rc::gen::element<std::string>("", "a", "b", "a#1", "b#2", "x y");
  record.host = *few;
  record.task = *few;
  record.target = *few;
  record.target_host = *few;
  record.object = *rc::gen::element<std::string>("", "", "channel#1", "event#1", "x y");
  record.did = *rc::gen::element<std::string>("put", "take", "set", "destroy", "");
  record.count = *any_number();
  record.of = *any_number();
  if (*rc::gen::arbitrary<bool>()) record.until_ns = *any_number();
  if (*rc::gen::arbitrary<bool>()) record.limit_ns = *any_number();
  record.limit_at = *any_text();
  record.on = *any_text();
  record.conn = *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 4), any_number());
  record.end = static_cast<End>(*rc::gen::inRange<int>(0, 3));
  record.socket = *any_number();
  record.why = *any_text();
  record.site = *any_text();
  record.key = *any_number();
  record.choice = *any_number();
  record.port = *any_number();
  record.address = *any_text();
  record.from = *any_text();
  record.to = *any_text();
  record.again = *rc::gen::arbitrary<bool>();
  record.offset = *any_number();
  record.data = *any_text();
  record.bytes = *any_number();
  if (record.bytes < record.data.size()) record.bytes = record.data.size();
  record.name = *any_text();
  record.addresses = *any_text();
  record.signal = *any_number();
  record.strength = *any_number();
  record.holds = *rc::gen::arbitrary<bool>();
  record.left_out = *any_number();
  record.at = *any_text();
  record.text = *any_text();
  return record;
}

}  // namespace

rc::Gen<Log> any_log() {
  return rc::gen::exec([] {
    Log log;
    log.header.program = *any_text();
    log.header.world = *rc::gen::element<std::string>("sim", "sim", "epoll", "replay", "");
    if (*rc::gen::arbitrary<bool>()) log.header.seed = *any_number();
    log.header.token = *any_text();
    if (*rc::gen::arbitrary<bool>()) log.header.chosen = {*any_text(), "turn@00c2d4e6b7085f3a:4:1"};
    const int count = *rc::gen::inRange(0, 40);
    std::uint64_t n = 0;
    for (int i = 0; i < count; ++i) {
      Record record = any_record();
      n += *rc::gen::element<std::uint64_t>(1, 1, 1, 5, 1ull << 50);
      record.n = n;
      record.t_ns = *any_number();
      const bool has_cause = n > 1 && *rc::gen::arbitrary<bool>();
      record.cause = has_cause ? *rc::gen::inRange<std::uint64_t>(1, n) : 0;
      log.records.push_back(std::move(record));
    }
    return log;
  });
}

Record record(Kind kind, std::uint64_t n, std::uint64_t t_ns, const std::string& host,
              const std::string& task) {
  Record record;
  record.kind = kind;
  record.n = n;
  record.t_ns = t_ns;
  record.host = host;
  record.task = task;
  return record;
}

Log small_run(bool is_simulated) {
  Log log;
  log.header.program = "small";
  log.header.world = is_simulated ? "sim" : "epoll";
  const auto add = [&log](Kind kind, bool is_client, const std::string& task) -> Record& {
    const std::uint64_t n = log.records.size() + 1;
    log.records.push_back(record(kind, n, n * 1000, is_client ? "client" : "server", task));
    log.records.back().conn = 1;
    log.records.back().end = is_client ? End::a : End::b;
    log.records.back().from = "10.0.0.2:4000";
    log.records.back().to = "10.0.0.1:80";
    return log.records.back();
  };
  const auto move = [](Record& record, std::uint64_t cause) {
    record.bytes = 5;
    record.cause = cause;
  };
  add(Kind::connect, true, "client#1");
  add(Kind::established, true, "");
  if (is_simulated) add(Kind::accept, false, "");
  Record& send = add(Kind::send, true, "client#1");
  move(send, 0);
  send.data = "hello";
  if (is_simulated) {
    Record& segment = add(Kind::segment, true, "client#1");
    move(segment, 0);
    const std::uint64_t left = segment.n;
    move(add(Kind::deliver, false, ""), left);
    Record& recv = add(Kind::recv, false, "server#2");
    move(recv, 0);
    recv.data = "hello";
    add(Kind::shutdown, false, "server#2");
  }
  add(Kind::end_of_stream, true, "");
  add(Kind::shutdown, true, "client#1");
  if (is_simulated) add(Kind::end_of_stream, false, "");
  return log;
}

}  // namespace rill::exports
