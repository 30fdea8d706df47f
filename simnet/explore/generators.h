// rapidcheck generators for what network tests draw: how bytes are cut, which faults there are, how
// a run is scheduled.
//
// For Simulation::draw(), and for properties of your own that call run_once() or Network directly.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <string>
#include <vector>

#include "simnet/explore/plan.h"
#include "simnet/faults.h"

namespace rill::simnet {

/// `bytes` in pieces, none of them empty; joined they are `bytes` again. Shrinks to one piece.
rc::Gen<std::vector<std::string>> any_cuts(std::string bytes);

/// A few of `faults`, each with a rate of its own. Shrinks to none.
rc::Gen<FaultMenu> any_faults(std::vector<Fault> faults);
/// Of all faults that a program sees as time only.
rc::Gen<FaultMenu> any_faults();

/// A seed with one of the strategies: which schedule and world a run gets. Shrinks to the plain
/// run.
rc::Gen<Plan> any_schedule();

/// How rapidcheck shows them: "loss 500, reset 500 times in a million"; "seed 12 by pct".
void showValue(const FaultMenu& menu, std::ostream& out);
void showValue(const Plan& plan, std::ostream& out);

}  // namespace rill::simnet
