// See probe.h.
#include "tests/abuse/probe.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/abuse/raw_socket.h"

namespace rill::abuse {

double Latencies::quantile(double part) const {
  if (all_.empty()) return 0;
  std::vector<double> sorted = all_;
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at;
}

Probe::Probe(std::uint16_t port, Speaks language, Clock::duration pause)
    : thread_([this, port, language, pause] { run(port, language, pause); }) {}

Probe::~Probe() {
  is_ending_ = true;
  thread_.join();
}

void Probe::run(std::uint16_t port, Speaks language, Clock::duration pause) {
  const RawSocket socket(port);
  const std::string question = language == Speaks::http ? get("/small") : std::string(64, '?');
  while (!is_ending_ && !is_ill_) {
    ++begun_;
    const auto asked = Clock::now();
    const bool is_answered =
        socket.is_open() && socket.send(question) &&
        (language == Speaks::http ? receive_response(socket) == 200
                                  : socket.receive(question.size()) == question);
    const double took = to_milliseconds(Clock::now() - asked);
    if (!is_answered) is_ill_ = true;
    {
      const std::lock_guard lock(mutex_);
      latencies_.add(took);
    }
    ++done_;
    std::this_thread::sleep_for(pause);
  }
}

Latencies Probe::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(latencies_, Latencies());
}

bool Probe::settle() {
  const std::uint64_t next = begun_ + 1;
  const auto end = Clock::now() + kPatience;
  while (done_ < next && !is_ill_ && Clock::now() < end) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  return done_ >= next;
}

}  // namespace rill::abuse
