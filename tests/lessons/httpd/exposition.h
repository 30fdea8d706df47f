// A strict reader of Prometheus's text format 0.0.4, written from its description and not from
// ours: what promtool would complain about, for machines without it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace rill::httpd {

/// Samples by "name{labels}".
struct Exposition {
  std::map<std::string, double> samples;
  std::string fault;  ///< the first; "" if there is none

  double at(const std::string& sample) const;
};

Exposition read_exposition(std::string_view text);

}  // namespace rill::httpd
