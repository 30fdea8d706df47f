// For tests and pictures: trace files in, a page or its text out.
//
//   make_page --html FILE TRACE [TRACE]     the page, of two runs when there are two
//   make_page --time-html FILE TRACE        the page, opened with time as its axis
//   make_page --text LEVEL TRACE            the text, at level 0, 1 or 2
//   make_page --plans                       plans and their tokens, for a comparison of codecs:
//                                           TOKEN TEST SEED STRATEGY (SITE:NTH:CHOICE,...) (...)
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "scheduler/oracle.h"
#include "scheduler/trace/reader.h"
#include "scheduler/view/html.h"
#include "scheduler/view/text.h"
#include "simnet/explore/plan.h"

namespace rill {
namespace {

void print_plans() {
  for (std::uint64_t i = 0; i < 40; ++i) {
    simnet::Plan plan;
    // Of all sizes: each number has as many bits as i says.
    auto number = [i, count = std::uint64_t{0}]() mutable {
      return scatter(i * 1'000 + count++) >> (i * 7 + count * 11) % 64;
    };
    plan.seed = i == 1 ? UINT64_MAX : number();
    plan.strategy = static_cast<simnet::Strategy>(i % simnet::kStrategies);
    std::string deviations;
    for (std::uint64_t k = 0; k < i % 5; ++k) {
      const simnet::Deviation one{simnet::short_key(scatter(i + k)), number(), number() | 1};
      plan.deviations.push_back(one);
      deviations += (k > 0 ? "," : "") + std::to_string(one.site) + ":" + std::to_string(one.nth) +
                    ":" + std::to_string(one.choice);
    }
    std::string draws;
    for (std::uint64_t k = 0; k < i % 3; ++k) {
      simnet::DrawPath path{simnet::short_key(scatter(i * k)), number(), {}};
      draws += (k > 0 ? "," : "") + std::to_string(path.site) + ":" + std::to_string(path.nth);
      for (std::uint64_t step = 0; step < k + i % 4; ++step) {
        path.path.push_back(number());
        draws += ":" + std::to_string(path.path.back());
      }
      plan.draws.push_back(path);
    }
    const std::uint32_t test = static_cast<std::uint32_t>(scatter(i) % 32'768);
    std::cout << simnet::encode(plan, test) << " " << test << " " << plan.seed << " "
              << to_string(plan.strategy) << " (" << deviations << ") (" << draws << ")\n";
  }
}

int make(const std::vector<std::string>& words) {
  if (words.size() == 1 && words[0] == "--plans") {
    print_plans();
  } else if (words.size() == 3 && words[0] == "--text") {
    view::TextOptions options;
    options.level = static_cast<view::Level>(std::atoi(words[1].c_str()));
    std::cout << view::to_text(trace::read_file(words[2]), options);
  } else if ((words.size() == 3 || words.size() == 4) && words[0].ends_with("html")) {
    const trace::Log log = trace::read_file(words[2]);
    std::optional<trace::Log> other;
    if (words.size() == 4) other = trace::read_file(words[3]);
    view::HtmlOptions options;
    options.other = other ? &*other : nullptr;
    if (words[0] == "--time-html") options.axis = view::Axis::time;
    std::ofstream file(words[1], std::ios::binary);
    file << view::to_html(log, options);
    if (!file.flush()) {
      std::cerr << "cannot write " << words[1] << "\n";
      return 1;
    }
  } else {
    std::cerr << "usage: make_page --html|--time-html FILE TRACE [TRACE] | --text LEVEL TRACE | "
                 "--plans\n";
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace rill

int main(int argc, char** argv) {
  try {
    return rill::make({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
