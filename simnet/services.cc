// What a host offers besides sockets: names, signals and randomness.
//
// Literals, and "localhost", are answered on the spot, as by getaddrinfo without a name server.
// Every other name takes its time; what it means is looked up when the answer lands, so that a
// change made meanwhile counts. Signals are remembered, one of each number, until somebody waits
// for them. Randomness is one choice for each run, and from there a sequence for each host.
#include <algorithm>
#include <bit>
#include <cerrno>
#include <csignal>

#include "scheduler/run_options.h"
#include "simnet/engine.h"

namespace rill::simnet {
namespace {

constexpr std::uint64_t bit_of(int number) { return std::uint64_t{1} << (number - 1); }
constexpr int kMostSignals = 64;
/// As many runs that differ in nothing else differ in their random numbers.
constexpr std::uint64_t kRandomSequences = 1024;

}  // namespace

void Engine::add_name(std::string_view name, std::vector<Address> addresses,
                      const NameOptions& options) {
  const auto before = names_.find(name);
  const bool was_known = before != names_.end() || hosts_.find(name) != kNoHost;
  Name meaning{std::move(addresses), options, {}, was_known};
  if (was_known) meaning.before = meaning_of(name);
  names_.insert_or_assign(std::string(name), std::move(meaning));
}

/// Its addresses; none if it means nothing.
std::vector<Address> Engine::meaning_of(std::string_view name) const {
  const auto named = names_.find(name);
  if (named == names_.end()) {
    const HostId host = hosts_.find(name);
    if (host == kNoHost) return {};
    return {Hosts::address(host, kOwnIpv4, 0), Hosts::address(host, kOwnIpv6, 0)};
  }
  const bool has_addresses = named->second.options.answer == NameOptions::Answer::addresses;
  return has_addresses ? named->second.addresses : std::vector<Address>();
}

void Engine::start_resolve(ResolveOp& op) {
  if (const auto literal = Address::parse(op.name)) return answer(op, {*literal});
  if (op.name == "localhost") {
    return answer(op, {Address::loopback_ipv4(), Hosts::address(op.host, kLoopbackIpv6, 0)});
  }
  const auto named = names_.find(op.name);
  const NameOptions options = named != names_.end() ? named->second.options : NameOptions();
  const bool is_silent = options.answer == NameOptions::Answer::silence;
  std::uint32_t question = static_cast<std::uint32_t>(questions_.size());
  if (free_questions_.empty()) {
    questions_.push_back({&op});
  } else {
    question = free_questions_.back();
    free_questions_.pop_back();
    questions_[question] = {&op};
  }
  op.backend_word = question;
  Duration delay = is_silent ? options_.resolve_timeout : options.delay;
  if (!options_.faults.is_empty()) delay = strike_question(questions_[question], delay);
  events_.push(Event(clock_ + delay, Arrival::answer, question));
}

void Engine::land_answer(std::uint32_t number) {
  const Question question = std::exchange(questions_[number], {});
  free_questions_.push_back(number);
  if (question.op == nullptr) {
    --stale_events_;
    return;
  }
  ResolveOp& op = *question.op;
  const auto named = names_.find(op.name);
  const bool is_silent =
      named != names_.end() && named->second.options.answer == NameOptions::Answer::silence;
  if (question.fails || is_silent) return complete(op, -EAGAIN);
  std::vector<Address> addresses = meaning_of(op.name);
  if (!options_.faults.is_empty()) {
    const bool has_changed = named != names_.end() && named->second.has_changed;
    if (has_changed && strike_with_stale(op)) addresses = named->second.before;
    strike_order(op, addresses);
  }
  answer(op, addresses);
}

void Engine::answer(ResolveOp& op, const std::vector<Address>& addresses) {
  op.addresses = addresses;
  for (Address& address : op.addresses) address.port = op.port;
  if (context_->trace.enabled()) {
    std::string found;
    if (context_->trace.has_recorder()) [[unlikely]] {
      for (const Address& address : op.addresses) {
        found += (found.empty() ? "" : ",") + to_string(address);
      }
      EventDetail answer;
      answer.more = found;
      answer.op = &op;
      context_->trace.set_detail(answer);
    }
    context_->trace.record(EventKind::resolve, addresses.size(), 0, op.name);
  }
  complete(op, addresses.empty() ? -ENOENT : 0);
}

void Engine::start_signal(SignalOp& op) {
  if (op.mask == 0 || (op.mask & (bit_of(SIGKILL) | bit_of(SIGSTOP))) != 0) {
    return complete(op, -EINVAL);
  }
  int lowest = 0;  // as sigwaitinfo(2) prefers
  for (const PendingSignal& pending : pending_signals_) {
    if (pending.host != op.host || (op.mask & bit_of(pending.number)) == 0) continue;
    if (lowest == 0 || pending.number < lowest) lowest = pending.number;
  }
  if (lowest == 0) return signal_waits_.push_back(&op);
  std::erase_if(pending_signals_, [&](const PendingSignal& pending) {
    return pending.host == op.host && pending.number == lowest;
  });
  complete(op, lowest);
}

void Engine::raise_signal(HostId host, int number) {
  hosts_.check(host, "raise_signal()");
  if (number < 1 || number > kMostSignals) throw UsageError("raise_signal(): no such signal");
  if (lives_.is_down(host)) return;  // no process is there to get it
  note(EventKind::signal, static_cast<std::uint64_t>(number), host);
  bool is_taken = false;
  std::erase_if(signal_waits_, [&](SignalOp* op) {
    if (op->host != host || (op->mask & bit_of(number)) == 0) return false;
    is_taken = true;
    complete(*op, number);
    return true;
  });
  const bool is_pending =
      std::any_of(pending_signals_.begin(), pending_signals_.end(),
                  [&](const PendingSignal& p) { return p.host == host && p.number == number; });
  if (!is_taken && !is_pending) pending_signals_.push_back({host, number});
}

/// What tasks of one host draw does not shift what those of another get. It is one choice and not
/// one for each draw: no bug is in a single key, and a plan should be short.
void Engine::draw_random(HostId host, std::span<std::byte> to) {
  if (random_draws_.empty()) {
    Site site("randomness", 0);
    random_seed_ = context_->decide(site, kRandomSequences);
  }
  if (host >= random_draws_.size()) random_draws_.resize(host + 1);
  std::uint64_t& draws = random_draws_[host];
  const std::uint64_t sequence = scatter(scatter(random_seed_) + host);
  for (std::size_t begin = 0; begin < to.size(); begin += sizeof(std::uint64_t)) {
    std::uint64_t word = scatter(sequence ^ scatter(++draws));
    for (std::byte& byte : to.subspan(begin, std::min(to.size() - begin, sizeof word))) {
      byte = static_cast<std::byte>(word);
      word >>= 8;
    }
  }
}

}  // namespace rill::simnet
