// See accept_encoding.h.
#include "net/http/accept_encoding.h"

#include <optional>

#include "net/http/syntax.h"

namespace rill::http {

namespace {

// weight = OWS ";" OWS "q=" qvalue, a number from 0 to 1 with up to three digits behind the point
// (RFC 9110 12.4.2), in thousandths. `parameter` is what comes behind the ';'.
std::optional<std::uint16_t> parse_weight(std::string_view parameter) {
  parameter = trim(parameter);
  if (parameter.size() < 3 || to_lower(parameter[0]) != 'q' || parameter[1] != '=')
    return std::nullopt;
  parameter.remove_prefix(2);
  if ((parameter[0] != '0' && parameter[0] != '1') || parameter.size() > 5 ||
      (parameter.size() > 1 && parameter[1] != '.')) {
    return std::nullopt;
  }
  auto weight = static_cast<std::uint16_t>((parameter[0] - '0') * 1000);
  std::uint16_t place = 100;
  for (const char c : parameter.substr(parameter.size() > 1 ? 2 : 1)) {
    if (!is_digit(c)) return std::nullopt;
    weight = static_cast<std::uint16_t>(weight + (c - '0') * place);
    place /= 10;
  }
  if (weight > 1000) return std::nullopt;
  return weight;
}

struct Named {
  std::optional<std::uint16_t> br, gzip, identity, any;

  void note(std::string_view member) {
    const std::size_t semicolon = member.find(';');
    const std::string_view coding = trim(member.substr(0, semicolon));
    std::optional<std::uint16_t> weight = 1000;
    if (semicolon != member.npos) weight = parse_weight(member.substr(semicolon + 1));
    if (!weight) return;
    if (equals_ignoring_case(coding, "br")) br = weight;
    // RFC 9110 8.4.1.3: "x-gzip" is another name of it.
    if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip"))
      gzip = weight;
    if (equals_ignoring_case(coding, "identity")) identity = weight;
    if (coding == "*") any = weight;
  }
};

}  // namespace

CodingWeights read_accept_encoding(const FieldList& fields) {
  Named named;
  for (const auto& [name, value] : fields) {
    if (!equals_ignoring_case(name, "Accept-Encoding")) continue;
    for_each_element(value, [&](std::string_view member, bool) { named.note(member); });
  }
  CodingWeights weights;
  weights.br = named.br.value_or(named.any.value_or(0));
  weights.gzip = named.gzip.value_or(named.any.value_or(0));
  // It is acceptable unless "identity;q=0" or "*;q=0" says otherwise.
  weights.identity = named.identity.value_or(named.any.value_or(1));
  return weights;
}

}  // namespace rill::http
