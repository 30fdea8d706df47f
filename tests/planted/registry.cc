// Which bugs are planted. See planted.h.
#include "tests/planted/planted.h"

namespace rill::planted {

Task<> short_write(Simulation&, Variant);
Task<> one_recv_one_line(Simulation&, Variant);
Task<> bytes_after_newline(Simulation&, Variant);
Task<> lost_wakeup(Simulation&, Variant);
Task<> one_waiter(Simulation&, Variant);
Task<> late_listener(Simulation&, Variant);
Task<> number_reused(Simulation&, Variant);
Task<> kill_leaks_slot(Simulation&, Variant);
Task<> erased_while_iterating(Simulation&, Variant);
Task<> both_send_first(Simulation&, Variant);
Task<> mixed_frames(Simulation&, Variant);
Task<> lost_update(Simulation&, Variant);
Task<> lock_order(Simulation&, Variant);
Task<> retry_storm(Simulation&, Variant);
Task<> unbounded_relay(Simulation&, Variant);
Task<> answers_overtake(Simulation&, Variant);
Task<> close_with_unread_input(Simulation&, Variant);
Task<> retry_pays_twice(Simulation&, Variant);
Task<> killed_with_lock(Simulation&, Variant);
Task<> stale_keep_alive(Simulation&, Variant);
Task<> done_too_early(Simulation&, Variant);
Task<> stolen_item(Simulation&, Variant);
Task<> first_address_only(Simulation&, Variant);
Task<> sleep_instead_of_ready(Simulation&, Variant);
Task<> timeout_tears_update(Simulation&, Variant);
Task<> cancelled_with_item(Simulation&, Variant);
Task<> cache_stampede(Simulation&, Variant);
Task<> permit_lost_on_error(Simulation&, Variant);
Task<> two_connections(Simulation&, Variant);
Task<> stale_address(Simulation&, Variant);
Task<> lease_from_the_answer(Simulation&, Variant);
Task<> deposed_leader_writes(Simulation&, Variant);
Task<> shutdown_drops_queue(Simulation&, Variant);
Task<> gap_before_subscribing(Simulation&, Variant);
Task<> trusted_length(Simulation&, Variant);
Task<> half_close(Simulation&, Variant);
Task<> waits_for_ever(Simulation&, Variant);
Task<> closed_by_the_first(Simulation&, Variant);
Task<> old_timer(Simulation&, Variant);
Task<> name_taken_twice(Simulation&, Variant);
Task<> released_twice(Simulation&, Variant);
Task<> acknowledged_too_early(Simulation&, Variant);
Task<> resent_out_of_order(Simulation&, Variant);
Task<> fresh_deadlines(Simulation&, Variant);
Task<> torn_snapshot(Simulation&, Variant);
Task<> two_active(Simulation&, Variant);
Task<> cancelled_read(Simulation&, Variant);
Task<> late_answer(Simulation&, Variant);
Task<> end_of_stream_spin(Simulation&, Variant);
Task<> one_slow_client(Simulation&, Variant);
Task<> numbers_begin_anew(Simulation&, Variant);
Task<> wall_clock_deadline(Simulation&, Variant);

Task<> edited(Simulation& sim, Variant variant) {
  if (variant.edit == Edit::log_line) sim.note("a line for the log");
  if (variant.edit == Edit::await_null) co_await null();
  if (variant.edit == Edit::await_sleep) co_await sleep(1_us);
}

simnet::Scenario Bug::with(Variant variant) const {
  return [body = scenario, variant](Simulation& sim) { return body(sim, variant); };
}

simnet::ExploreOptions Bug::options() const {
  simnet::ExploreOptions options;
  options.faults = faults;
  options.must_outlive_silence = must_outlive_silence;
  options.most_steps = 50'000;  // they are small; one that takes more spins
  return options;
}

std::span<const Bug> all_bugs() {
  using simnet::FaultClass;
  static constexpr Bug kBugs[] = {
      {"01 short write", "all of the file arrives", short_write},
      {"02 one recv, one line", "everybody is greeted by the whole name", one_recv_one_line},
      {"03 bytes after newline", "every order counts", bytes_after_newline},
      {"04 lost wakeup", kDeadlock, lost_wakeup},
      {"05 one waiter", kDeadlock, one_waiter},
      {"06 late listener", kDeadlock, late_listener},
      {"07 number reused", "a number is its owner's until it closes it", number_reused},
      {"08 kill leaks slot", "in the end: every slot is given back", kill_leaks_slot},
      {"09 erased while iterating", "in the end: who stays gets every message",
       erased_while_iterating},
      {"10 both send first", kDeadlock, both_send_first},
      {"11 mixed frames", "a header is followed by its body", mixed_frames},
      {"12 lost update", "every deposit counts", lost_update},
      {"13 lock order", kDeadlock, lock_order},
      {"14 retry storm", "everybody is served in the end", retry_storm},
      {"15 unbounded relay", "always: the relay keeps no more than 8 parts", unbounded_relay},
      {"16 answers overtake", "each answer is to the question that it is taken for",
       answers_overtake},
      {"17 close with unread input", "a refused upload is told so", close_with_unread_input},
      {"18 retry pays twice", "always: an order is paid once", retry_pays_twice},
      {"19 killed with lock", kDeadlock, killed_with_lock},
      {"20 stale keep-alive", "every page is got", stale_keep_alive},
      {"21 done too early", "in the end: no worker leaves while there is work", done_too_early},
      {"22 stolen item", "nobody takes from an empty queue", stolen_item},
      {"23 first address only", "one machine that is up is enough", first_address_only},
      {"24 sleep instead of ready", "nobody asks a service that has not started",
       sleep_instead_of_ready},
      {"25 timeout tears update", "in the end: the books balance", timeout_tears_update},
      {"26 cancelled with item", "every job is done", cancelled_with_item},
      {"27 cache stampede", "in the end: a page is fetched once", cache_stampede},
      {"28 permit lost on error", kDeadlock, permit_lost_on_error},
      {"29 two connections", "always: what is published is there", two_connections,
       FaultClass::time},
      {"30 stale address", "ten seconds after a failover the service answers again", stale_address,
       FaultClass::time},
      {"31 lease from the answer", "who uses a lease has it", lease_from_the_answer},
      {"32 deposed leader writes", "always: no write of an old leader follows one of a new leader",
       deposed_leader_writes},
      {"33 shutdown drops queue", "in the end: who was accepted is served", shutdown_drops_queue},
      {"34 gap before subscribing", "a newcomer gets every message", gap_before_subscribing},
      {"35 trusted length", "always: a message takes no more room than allowed", trusted_length},
      {"36 half-close", "who has asked gets an answer", half_close},
      {"37 waits for ever", kDeadlock, waits_for_ever, FaultClass::all, true},
      {"38 closed by the first", "push() on a channel that was closed", closed_by_the_first},
      {"39 old timer", "a session lasts as long as it should", old_timer},
      {"40 name taken twice", "a name that was free is still free", name_taken_twice},
      {"41 released twice", "always: no more permits than there were", released_twice},
      {"42 acknowledged too early", "what was acknowledged is stored", acknowledged_too_early},
      {"43 resent out of order", "always: messages arrive in order", resent_out_of_order},
      {"44 fresh deadlines", "a caller waits no longer than it was promised", fresh_deadlines},
      {"45 torn snapshot", "nothing is lost on the way", torn_snapshot},
      {"46 two active", "one of two is active", two_active},
      {"47 cancelled read", "every line is read whole", cancelled_read},
      {"48 late answer", "an answer is to the question that was asked", late_answer},
      {"49 end of stream spin", "no progress: ", end_of_stream_spin},
      {"50 one slow client", "who speaks is welcomed soon", one_slow_client, FaultClass::none},
      {"51 numbers begin anew", "no number is given out twice", numbers_begin_anew},
      {"52 wall clock deadline", "two seconds are over after five minutes", wall_clock_deadline},
  };
  return kBugs;
}

}  // namespace rill::planted
