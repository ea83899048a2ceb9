#pragma once

#include "eventstore/read_model.hpp"
#include "tools/simulation/world/history.hpp"
#include "tools/simulation/world/wire_rules.hpp"

#include <vector>

/// What must be true when there has been no trouble for a while.
namespace berth::simulation {

/// No session is still on its way, none outlives its deadline, and nothing is owed for one that is
/// over, unless its VM has become somebody else's.
void judge_sessions(const history& logged, const wire_rules& rules, domain::time_point now,
                    verdict& verdicts);

/// Every VM of ours belongs to a session that has a use for it, and every active session has its
/// VM.
void judge_vms(const history& logged, const pve_simulator::cluster& cluster,
               const wire_rules& rules, domain::time_point now, verdict& verdicts);

/// The rows say what the log says.
void judge_list(const history& logged, const std::vector<eventstore::session_row>& rows,
                verdict& verdicts);

} // namespace berth::simulation
