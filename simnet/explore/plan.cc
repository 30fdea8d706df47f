// Plans as tokens:
//   1 letter   P, which no other token begins with
//   3 symbols  whose plan it is
//   numbers    seed, strategy, how many deviations; for each: 8 symbols of its site, nth, choice
//   numbers    how many draws; for each: 8 symbols, nth, length of the path, the path
//   2 symbols  the check
#include "simnet/explore/plan.h"

#include "simnet/explore/token_codec.h"

namespace rill::simnet {
namespace {

constexpr char kFirstLetter = 'P';
constexpr int kSiteSymbols = 8;

}  // namespace

std::string encode(const Plan& plan, std::uint32_t test) {
  TokenWriter writer;
  writer.fixed(test, 3);
  writer.number(plan.seed);
  writer.number(static_cast<std::uint64_t>(plan.strategy));
  writer.number(plan.deviations.size());
  for (const Deviation& deviation : plan.deviations) {
    writer.fixed(deviation.site, kSiteSymbols);
    writer.number(deviation.nth);
    writer.number(deviation.choice);
  }
  writer.number(plan.draws.size());
  for (const DrawPath& draw : plan.draws) {
    writer.fixed(draw.site, kSiteSymbols);
    writer.number(draw.nth);
    writer.number(draw.path.size());
    for (const std::uint64_t index : draw.path) writer.number(index);
  }
  return kFirstLetter + writer.finish();
}

std::optional<NamedPlan> decode_plan(std::string_view text) {
  if (text.empty() || text[0] != kFirstLetter) return std::nullopt;
  TokenReader reader(text.substr(1));
  NamedPlan named;
  named.test = static_cast<std::uint32_t>(reader.fixed(3));
  named.plan.seed = reader.number();
  const std::uint64_t strategy = reader.number();
  if (strategy >= kStrategies) return std::nullopt;
  named.plan.strategy = static_cast<Strategy>(strategy);
  // Each entry takes symbols, so a count that is no count ends with the text.
  for (std::uint64_t left = reader.number(); left > 0 && reader.is_good(); --left) {
    Deviation deviation;
    deviation.site = reader.fixed(kSiteSymbols);
    deviation.nth = reader.number();
    deviation.choice = reader.number();
    named.plan.deviations.push_back(deviation);
  }
  for (std::uint64_t left = reader.number(); left > 0 && reader.is_good(); --left) {
    DrawPath draw;
    draw.site = reader.fixed(kSiteSymbols);
    draw.nth = reader.number();
    for (std::uint64_t steps = reader.number(); steps > 0 && reader.is_good(); --steps) {
      draw.path.push_back(reader.number());
    }
    named.plan.draws.push_back(std::move(draw));
  }
  if (!reader.finish()) return std::nullopt;
  // A number could be spelled with needless zeros; such a token is not one of ours.
  if (encode(named.plan, named.test) != text) return std::nullopt;
  return named;
}

}  // namespace rill::simnet
