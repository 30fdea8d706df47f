// See model.h.
#include "scheduler/view/model.h"

#include <algorithm>
#include <utility>

namespace rill::view {
namespace {

using trace::End;
using trace::Kind;
using trace::Record;

State waits_for(std::string_view on) {
  for (const std::string_view network :
       {"recv", "send", "accept", "connect", "resolve", "read", "write", "send_file", "signal"}) {
    if (on == network) return State::network;
  }
  return on == "sleep" ? State::timer : State::task;
}

}  // namespace

Model::Model(const trace::Log& log) : log_(log), events_(log.records.size()) {
  if (events_ > 0 && log.records.back().kind == Kind::end) --events_;
  find_hosts_and_tasks();
  find_connections();
  find_states();
}

Task& Model::task_of(const std::string& name, const std::string& host) {
  const auto [found, is_new] = by_name_.try_emplace(name, tasks_.size());
  if (is_new) {
    tasks_.push_back({name, host, {}, {}, {}});
    add_name(names_, name);
    see_host(host);
  }
  return tasks_[found->second];
}

void Model::see_host(const std::string& name) {
  if (known_hosts_.insert(name).second) hosts_.push_back(name);
}

void Model::find_hosts_and_tasks() {
  for (std::size_t i = 0; i < events_; ++i) {
    const Record& event = log_.records[i];
    if (event.kind == Kind::host) see_host(event.host);
    if (!event.task.empty()) task_of(event.task, event.host).events.push_back(i);
    if (event.kind == Kind::wake && event.why == "network" && event.cause != 0)
      woken_.try_emplace(event.cause, event.target);
    if (event.kind == Kind::wake && !event.object.empty() && event.cause != 0)
      let_go_[event.cause].push_back(event.target);
    if (!event.target.empty() && event.target != event.task) {
      task_of(event.target, event.target_host.empty() ? event.host : event.target_host)
          .events.push_back(i);
    }
  }
}

std::vector<const Task*> Model::tasks_by_host() const {
  std::map<std::string_view, std::vector<const Task*>> of_host;
  for (const Task& task : tasks_) of_host[task.host].push_back(&task);
  std::vector<const Task*> sorted;
  for (const std::string& host : hosts_) {
    const std::vector<const Task*>& tasks = of_host[host];
    sorted.insert(sorted.end(), tasks.begin(), tasks.end());
  }
  return sorted;
}

const Task* Model::find_task(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &tasks_[found->second];
}

std::string Model::text(std::size_t i) const {
  const Record& event = log_.records[i];
  // What the program said, and calls its verdicts, is its own.
  const bool is_own = event.kind == Kind::note || event.kind == Kind::property;
  return is_own ? event.text : with_lane_names(names_, event.text);
}

std::string_view Model::woken_by(std::uint64_t n) const {
  const auto found = woken_.find(n);
  return found == woken_.end() ? std::string_view() : found->second;
}

const std::vector<std::string_view>& Model::let_go_by(std::uint64_t n) const {
  static const std::vector<std::string_view> kNobody;
  const auto found = let_go_.find(n);
  return found == let_go_.end() ? kNobody : found->second;
}

const Connection* Model::find_connection(std::uint64_t number) const {
  const auto found = connections_.find(number);
  return found == connections_.end() ? nullptr : &found->second;
}

void Model::find_connections() {
  for (std::size_t i = 0; i < events_; ++i) {
    const Record& event = log_.records[i];
    if (event.conn == 0) continue;
    Connection& connection = connections_[event.conn];
    if (event.end == End::none) continue;
    EndOfConnection& own = connection.end(event.end);
    if (own.host.empty() && event.kind != Kind::lost) own.host = event.host;
    if (connection.a.address.empty()) connection.a.address = event.from;
    if (connection.b.address.empty()) connection.b.address = event.to;
    if (!event.task.empty()) own.uses.push_back(i);
    if (event.kind == Kind::accept && connection.accepted == kNone) connection.accepted = i;
    if (event.kind == Kind::send) own.sent.push_back({event.offset, event.bytes, event.data, i});
  }
}

void Model::find_states() {
  Task* running = nullptr;
  const auto find = [this](const std::string& name) {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &tasks_[found->second];
  };
  const auto enter = [](Task* task, std::size_t i, State state) {
    if (task == nullptr || task->has_ended()) return;
    task->at.push_back(i);
    task->state.push_back(state);
  };
  const auto is_running = [](const Task* task) {
    return !task->state.empty() && task->state.back() == State::running;
  };
  for (std::size_t i = 0; i < events_; ++i) {
    const Record& event = log_.records[i];
    Task* const task = find(event.task);
    Task* const target = find(event.target);
    if (running != nullptr && running != task && is_running(running) &&
        (task != nullptr || event.kind != Kind::decide)) {
      enter(running, i, State::ready);
    }
    switch (event.kind) {
      case Kind::spawn:
        enter(target, i, State::ready);
        break;
      case Kind::step:
        enter(task, i, State::running);
        running = task;
        break;
      case Kind::block:
        enter(task, i, waits_for(event.on));
        break;
      case Kind::wake:
        if (target != nullptr && !is_running(target)) enter(target, i, State::ready);
        break;
      case Kind::finish:
        enter(target, i, State::finished);
        break;
      case Kind::fail:
        enter(target, i, State::failed);
        break;
      case Kind::kill:
        enter(target, i, State::killed);
        break;
      default:
        break;
    }
  }
}

const Task* Model::owner_of(std::uint64_t number, End end, std::size_t i, bool looks_ahead) const {
  const Connection* const connection = find_connection(number);
  if (connection == nullptr || end == End::none) return nullptr;
  const std::vector<std::size_t>& uses = connection->end(end).uses;
  std::size_t next =
      static_cast<std::size_t>(std::upper_bound(uses.begin(), uses.end(), i) - uses.begin());
  const std::size_t before = next == 0 ? kNone : next - 1;
  // A connection goes from who accepted it to who serves it.
  while (looks_ahead && next + 1 < uses.size() && log_.records[uses[next]].kind == Kind::accept) {
    ++next;
  }
  const auto order = looks_ahead ? std::pair(next, before) : std::pair(before, next);
  for (const std::size_t place : {order.first, order.second}) {
    if (place < uses.size()) return find_task(log_.records[uses[place]].task);
  }
  return nullptr;
}

const Task* Model::lane_of(std::size_t i) const {
  const Record& event = log_.records[i];
  switch (event.kind) {
    case Kind::spawn:
    case Kind::finish:
    case Kind::fail:
    case Kind::kill:
    case Kind::time_out:
      if (const Task* const target = find_task(event.target)) return target;
      return find_task(event.task);
    case Kind::wake:
      return find_task(event.task.empty() ? event.target : event.task);
    case Kind::host:
      return nullptr;
    default:
      break;
  }
  if (!event.task.empty()) return find_task(event.task);
  if (event.kind == Kind::property && event.cause != 0) {
    // A verdict about the run as a whole is where the step is that broke it.
    const std::size_t step = place_of(event.cause);
    return step == kNone ? nullptr : find_task(log_.records[step].task);
  }
  if (const auto woken = woken_by(event.n); !woken.empty()) return find_task(woken);
  if (event.kind == Kind::established && event.end == End::b) {
    const Connection* const connection = find_connection(event.conn);
    if (connection != nullptr && connection->accepted != kNone)
      return lane_of(connection->accepted);
  }
  const bool looks_ahead = event.kind == Kind::deliver || event.kind == Kind::end_of_stream;
  return owner_of(event.conn, event.end, i, looks_ahead);
}

std::string_view Model::name_of(std::string_view number) const {
  const auto found = names_.find(number);
  return found == names_.end() ? std::string_view() : found->second;
}

std::size_t Model::wait_at(const Task& task, std::size_t i) const {
  const auto after = std::upper_bound(task.at.begin(), task.at.end(), i);
  if (after == task.at.begin()) return kNone;
  const auto place = static_cast<std::size_t>(std::prev(after) - task.at.begin());
  const State state = task.state[place];
  const bool waits = state == State::network || state == State::timer || state == State::task;
  return waits && log_.records[task.at[place]].kind == Kind::block ? task.at[place] : kNone;
}

}  // namespace rill::view
