// See exposition.h.
#include "tests/lessons/httpd/exposition.h"

#include <cmath>
#include <limits>
#include <regex>
#include <set>
#include <stdexcept>
#include <vector>

namespace rill::httpd {
namespace {

struct Family {
  std::string type;
  bool has_help = false;
  // Of a histogram:
  double last_bound = -std::numeric_limits<double>::infinity();
  double last_count = 0;
  double count = -1;
  bool has_sum = false;
};

double number(const std::string& text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  std::size_t used = 0;
  const double value = std::stod(text, &used);
  if (used != text.size()) throw std::runtime_error("no number: " + text);
  return value;
}

class Reader {
 public:
  Exposition take() && {
    for (const auto& [name, family] : families_) {
      if (family.type != "histogram") continue;
      check(std::isinf(family.last_bound), name + " has no +Inf bucket");
      check(family.count == family.last_count, name + "_count is not its last bucket");
      check(family.has_sum, name + " has no _sum");
    }
    return std::move(result_);
  }

  void line(const std::string& text) {
    static const std::regex comment("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
    static const std::regex sample(R"re(([a-zA-Z_:][a-zA-Z0-9_:]*))re"
                                   R"re((\{[a-zA-Z_]\w*="[^"\\]*"(,[a-zA-Z_]\w*="[^"\\]*")*\})?)re"
                                   R"re( (\S+))re");
    std::smatch match;
    if (std::regex_match(text, match, comment)) {
      begin(match[2], match[1] == "TYPE", match[3]);
    } else if (std::regex_match(text, match, sample)) {
      add(match[1], match[2], match[4]);
    } else {
      check(false, "not a line of the format: " + text);
    }
  }
  void check(bool is_right, const std::string& fault) {
    if (!is_right && result_.fault.empty()) result_.fault = fault;
  }

 private:
  void begin(const std::string& name, bool is_type, const std::string& rest) {
    if (name != current_) {
      check(!families_.contains(name), name + " is told in two places");
      current_ = name;
    }
    Family& family = families_[name];
    if (!is_type) {
      check(!family.has_help, name + " has two HELP lines");
      family.has_help = true;
      return;
    }
    check(family.type.empty(), name + " has two TYPE lines");
    check(rest == "counter" || rest == "gauge" || rest == "histogram", name + ": type " + rest);
    check((rest == "counter") == name.ends_with("_total"), name + ": only counters are _total");
    family.type = rest;
  }

  void add(const std::string& name, const std::string& labels, const std::string& value) {
    check(result_.samples.emplace(name + labels, number(value)).second, name + labels + " twice");
    Family& family = families_[current_];
    check(family.has_help && !family.type.empty(), name + " without HELP and TYPE");
    if (family.type != "histogram") return check(name == current_, name + " in " + current_);
    if (name == current_ + "_count") {
      family.count = number(value);
    } else if (name == current_ + "_sum") {
      family.has_sum = true;
    } else {
      check(name == current_ + "_bucket" && labels.starts_with("{le=\""), name + labels);
      const double bound = number(labels.substr(5, labels.size() - 7));
      check(bound > family.last_bound, name + ": bounds do not grow");
      check(number(value) >= family.last_count, name + ": counts do not add up");
      family.last_bound = bound;
      family.last_count = number(value);
    }
  }

  std::map<std::string, Family> families_;
  std::string current_;
  Exposition result_;
};

}  // namespace

double Exposition::at(const std::string& sample) const {
  const auto found = samples.find(sample);
  if (found == samples.end()) throw std::runtime_error("there is no sample " + sample);
  return found->second;
}

Exposition read_exposition(std::string_view text) {
  Reader reader;
  reader.check(text.ends_with('\n'), "the last line does not end");
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    reader.line(std::string(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return std::move(reader).take();
}

}  // namespace rill::httpd
