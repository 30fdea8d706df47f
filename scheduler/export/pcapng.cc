// Comments, names, and the file around the packets. See pcapng.h.
#include "scheduler/export/pcapng.h"

#include <map>
#include <set>

#include "scheduler/export/conversation.h"
#include "scheduler/export/endpoint.h"
#include "scheduler/export/events.h"
#include "scheduler/export/left_out.h"
#include "scheduler/export/pcapng_file.h"
#include "scheduler/export/text.h"

namespace rill::exports {
namespace {

using trace::Kind;
using trace::Record;

std::string application_of(const trace::Header& header) {
  std::string text = "rill " + one_line(header.program);
  if (header.seed) text += " --seed " + std::to_string(*header.seed);
  for (const std::string& choice : header.chosen) text += " --choose " + one_line(choice);
  return text;
}

std::string comment_on(const trace::Header& header) {
  std::string text = "world: " + one_line(header.world) + ", clock: " + one_line(header.clock);
  if (!header.token.empty()) text += ", token: " + one_line(header.token);
  return text;
}

/// Addresses of hosts, then those that only a lookup knows. Each address once.
std::vector<PcapngFile::Name> names_of(const trace::Log& log) {
  std::vector<PcapngFile::Name> names;
  std::set<Address> known;
  const auto add = [&](const std::string& list, const std::string& name) {
    for (Address address : address_list(list)) {
      address.port = 0;
      if (name.empty() || !known.insert(address).second) continue;
      names.push_back({address, one_line(name)});
    }
  };
  for (const Record& record : log.records) {
    if (record.kind == Kind::host) add(record.address, record.host);
  }
  for (const Record& record : log.records) {
    if (record.kind == Kind::resolve) add(record.addresses, record.name);
  }
  return names;
}

class Capture {
 public:
  Capture(const trace::Log& log, const PcapngOptions& options)
      : log_(log),
        tasks_(tasks_of(log)),
        most_bytes_(options.most_bytes),
        file_(application_of(log.header), comment_on(log.header), one_line(log.header.world)),
        conversations_(log, [this](const SeenPacket& seen) { return write(seen); }) {
    file_.add_names(names_of(log));
    for (const Record& record : log.records) {
      if (record.kind != Kind::lost) continue;
      lost_[record.cause] = &record;
      told_with_loss_.emplace(record.t_ns, record.text);
    }
  }

  ExportResult run() {
    for (const Record& record : log_.records) take(record);
    for (const auto& [conn, faults] : faults_) {
      for (const Record* fault : faults) left_out_.hide(*fault);
    }
    left_out_.add(unknown_bytes_, "bytes that the trace had not kept are zeros");
    left_out_.add(
        conversations_.invented(),
        "ends of connections have no address in the trace, and got one for documentation");
    left_out_.add(conversations_.absurd(), "events speak of more bytes than there can be");
    left_out_.add(is_full_ ? 1 : 0, "capture is full: what comes later is not in it");
    return left_out_.result(file_.take(), log_);
  }

 private:
  void take(const Record& record) {
    const bool is_fault = record.kind == Kind::fault && !is_full_;
    const bool is_told = is_fault && told_with_loss_.count({record.t_ns, record.text}) != 0;
    if (is_fault && !is_told) {
      faults_[record.conn].push_back(&record);  // told by the next packet, or never
    } else if (is_told || conversations_.take(record) || record.kind == Kind::host) {
      left_out_.show();
    } else {
      left_out_.hide(record);
    }
  }

  bool write(const SeenPacket& seen) {
    const std::string bytes = ip_bytes(seen.packet);
    if (file_.size_bytes() + bytes.size() > most_bytes_) {
      is_full_ = true;
      return false;
    }
    file_.add_packet(seen.event.t_ns, bytes, comments_on(seen));
    unknown_bytes_ += seen.unknown_bytes;
    return true;
  }

  std::vector<std::string> comments_on(const SeenPacket& seen) {
    const Record& event = seen.event;
    const Record* const source = seen.source;
    const bool has_data = !seen.packet.payload.empty();
    const std::string& own = task_of(event);
    const std::string& task = own.empty() && has_data && source != nullptr ? task_of(*source) : own;
    std::string first = "task=" + (task.empty() ? "-" : one_line(task));
    first += " step=" + std::to_string(event.n);
    if (has_data && source != nullptr && source != &event) {
      first += " sent=" + std::to_string(source->n);
    }
    if (!event.at.empty()) first += " at=" + one_line(event.at);
    std::vector<std::string> comments{first};
    if (!seen.remark.empty()) comments.emplace_back(seen.remark);
    if (event.again) comments.emplace_back("sent again");
    const auto lost = event.kind == Kind::segment ? lost_.find(event.n) : lost_.end();
    if (lost != lost_.end()) {
      const std::string& why = lost->second->text;
      comments.push_back("lost" + (why.empty() ? "" : ": " + one_line(why)));
    }
    if (seen.unknown_bytes > 0) {
      comments.push_back(std::to_string(seen.unknown_bytes) +
                         " bytes are not in the trace: zeros instead");
    }
    tell_faults(0, comments);
    if (event.conn != 0) tell_faults(event.conn, comments);
    return comments;
  }

  const std::string& task_of(const Record& record) const {
    return tasks_[static_cast<std::size_t>(&record - log_.records.data())];
  }

  void tell_faults(std::uint64_t conn, std::vector<std::string>& comments) {
    const auto found = faults_.find(conn);
    if (found == faults_.end()) return;
    for (const Record* fault : found->second) {
      const std::string& story = fault->text.empty() ? fault->site : fault->text;
      comments.push_back("fault (step " + std::to_string(fault->n) + "): " + one_line(story));
      left_out_.show();
    }
    faults_.erase(found);
  }

  const trace::Log& log_;
  const std::vector<std::string> tasks_;  ///< by event
  const std::uint64_t most_bytes_;
  PcapngFile file_;
  Conversations conversations_;
  LeftOut left_out_;
  std::map<std::uint64_t, const Record*> lost_;                     ///< by the segment
  std::set<std::pair<std::uint64_t, std::string>> told_with_loss_;  ///< time and text
  std::map<std::uint64_t, std::vector<const Record*>> faults_;  ///< untold, by connection; 0: all
  std::uint64_t unknown_bytes_ = 0;
  bool is_full_ = false;
};

}  // namespace

ExportResult to_pcapng(const trace::Log& log, const PcapngOptions& options) {
  return Capture(log, options).run();
}

}  // namespace rill::exports
