// Wait reasons: why a task waits, in words, and for whom: from who holds what it waits on, and who
// ever put, took, set or released there. Part of knot.cc; page/wait_reasons.js is the same for the
// page.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scheduler/view/model.h"

namespace rill::view {

struct WaitReason {
  std::string text;  ///< behind "waits for"
  /// Tasks that could end it, each once: those that wait too, and not for work; of many the first.
  std::vector<std::string> on;
  bool is_idle = false;  ///< a server without work
};

/// Of the tasks that wait before event i. The model must outlive it.
class WaitReasons {
 public:
  WaitReasons(const Model& model, std::size_t i);

  /// Each with its block.
  const std::vector<std::pair<const Task*, std::size_t>>& waits() const { return waits_; }
  /// Lives as long as this. All who wait for the same of an object share one.
  const WaitReason& of(const Task& task, std::size_t wait);

 private:
  using Names = std::vector<std::string>;
  struct Holder {
    std::string task;
    std::uint64_t n;
  };
  bool has_ended(const Task& task) const;
  std::string told(const Names& names) const;
  std::string only(const std::string& where, const Names& names, const std::string& deed) const;
  const std::vector<std::size_t>& deeds(const std::string& object) const;
  Names doers(const std::string& object, std::string_view deed, std::string_view or_deed) const;
  std::vector<Holder> holders(const std::string& object) const;
  WaitReason make(const Task& task, std::size_t wait) const;
  const WaitReason& keep(WaitReason reason);
  WaitReason of_semaphore(const std::string& object) const;
  WaitReason of_channel(const std::string& object, bool is_full) const;
  WaitReason of_event(const std::string& object) const;
  WaitReason of_connection(const trace::Record& wait) const;
  std::string target_of(std::string_view text) const;
  Names group_of(const Task& task, std::string_view text) const;

  const Model& model_;
  std::size_t i_;
  std::vector<std::pair<const Task*, std::size_t>> waits_;
  std::map<std::string_view, std::vector<std::size_t>> deeds_;  ///< by object
  std::set<std::string_view> have_work_;                        ///< of those that wait
  std::map<std::string_view, Names> waiting_children_;          ///< by who spawned them
  std::deque<WaitReason> made_;
  std::map<std::string, const WaitReason*> of_objects_;  ///< by what is waited for, and of what
};

}  // namespace rill::view
