// A name server for tests: one UDP port of the loopback, answered by a thread, from a table. It
// speaks as much of RFC 1035 as a resolver's question needs.
#pragma once

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "scheduler/address.h"

namespace rill::testing {

class NameServer {
 public:
  /// How a name is answered: with addresses, or with an error code of RFC 1035 4.1.1 (2: server
  /// failure, 3: no such name), or never.
  struct Entry {
    std::vector<Address> addresses;
    int error_code = 0;
    bool is_silent = false;
  };

  explicit NameServer(std::map<std::string, Entry> table);
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;
  ~NameServer();

  /// "127.0.0.1:12345".
  std::string address() const;
  int questions() const { return questions_; }

 private:
  void serve();
  std::string answer(const std::string& question) const;

  const std::map<std::string, Entry> table_;
  int fd_;
  std::atomic<int> questions_ = 0;
  std::thread thread_;
};

}  // namespace rill::testing
