#pragma once

#include "domain/reconciliation/claim_ledger.hpp"
#include "domain/reconciliation/reconciliation.hpp"
#include "domain/reconciliation/vm_survey.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What differs between log and cluster, and what follows from it. Pure.
namespace berth::domain {

/// A difference counts when two surveys so far apart have both shown it: what is under way between
/// log and cluster passes meanwhile.
constexpr duration survey_twice_within = std::chrono::seconds{30};
/// A VM that was to be destroyed so long ago is reported.
constexpr duration overdue_after = std::chrono::minutes{5};

/// One look at the whole cluster, with the volumes when they were asked for.
struct cluster_survey {
  vm_survey vms;
  std::optional<volume_list> volumes;
};

/// What a ledger that has not seen the whole log must be told before a survey can be compared with
/// it: who reserved these VMIDs, and what became of these sessions, which marks in the cluster
/// name.
struct unknown_claims {
  std::vector<vm_id> vms;
  std::vector<session_id> sessions;
};
unknown_claims find_unknown(const claim_ledger& ledger, const cluster_survey& seen);

/// Why a complete survey must not count as one: so many VMs of active and kept sessions are missing
/// at once, more than half and four at least, that it is rather another cluster. Nothing when there
/// is no doubt.
std::optional<std::string> doubt(const claim_ledger& ledger, const vm_survey& seen);

/// Everything that differs in this survey, by key.
std::vector<difference> differences(const claim_ledger& ledger, const cluster_survey& seen,
                                    time_point now);

/// Differences that surveys have shown and the log does not know yet, and when each was first seen.
/// In memory alone: a restart looks twice afresh.
using suspicions = std::map<difference_key, time_point>;

struct review {
  std::vector<reconciliation_event> events; ///< to be appended
  suspicions suspected;                     ///< in the place of those before
};

/// What a survey that showed `observed` adds to what is known. What a survey could not show, it
/// neither finds nor settles. A late clone that is absent is left to whoever removes it.
review reconcile(const reconciliation& known, const suspicions& before,
                 const std::vector<difference>& observed, const cluster_survey& seen,
                 time_point now);

/// The greatest VMID in the survey whose marks name a session that this log has forgotten, because
/// it was restored from an older backup: what it has handed out since then must not be handed out
/// again. Copies that people made of our VMs name sessions that the log knows, and do not count.
std::optional<vm_id> last_forgotten(const claim_ledger& ledger, const vm_survey& seen);

} // namespace berth::domain
