#include "domain/reconciliation/reconcile.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace berth::domain {

namespace {

const surveyed_vm* find(const vm_survey& in, vm_id vm) {
  auto found = std::ranges::lower_bound(in.vms, vm, {}, &surveyed_vm::vm);
  return found != in.vms.end() && found->vm == vm ? &*found : nullptr;
}

std::string name_of(const surveyed_vm& vm) {
  return vm.name.empty() ? "no name" : "name '" + vm.name + "'";
}

/// While a clone is under way, or left over, its VM need not say yet whose it is.
bool is_foreign(const surveyed_vm& vm, const vm_claim& claim) {
  return vm.identified && vm.lock != vm_lock::clone && vm.marked != claim.marked;
}

std::string overdue_detail(const surveyed_vm& vm, const vm_claim& claim) {
  if (claim.quarantined)
    return "left alone until an operator has seen to it";
  return vm.node_online ? "it should have been destroyed by now" : "its node is offline";
}

/// What the place of one VM in the list says, when it says anything.
std::optional<difference> difference_at(const surveyed_vm& vm, const std::optional<vm_claim>& claim,
                                        time_point now) {
  auto differs = [&](difference_kind kind, std::string detail) -> difference {
    auto session = claim ? std::optional{claim->session} : vm.marked;
    return {{kind, vm.vm, {}}, session, vm.node, std::move(detail)};
  };
  if (!claim)
    return differs(difference_kind::stray,
                   "this log never reserved its VMID; it has " + name_of(vm));
  if (is_foreign(vm, *claim))
    return differs(difference_kind::foreign, "it has " + name_of(vm)
                                                 + ", and does not name session "
                                                 + to_string(claim->marked));
  switch (claim->wants) {
  case vm_wish::gone:
    return differs(difference_kind::late_clone, "its session was done with it");
  case vm_wish::doomed:
    if (now - claim->since > overdue_after)
      return differs(difference_kind::overdue, overdue_detail(vm, *claim));
    return std::nullopt;
  case vm_wish::active:
  case vm_wish::kept:
    if (vm.node_online && vm.node != claim->node)
      return differs(difference_kind::moved, "from node " + claim->node.value);
    if (vm.node_online && claim->wants == vm_wish::active && vm.power == vm_power::stopped)
      return differs(difference_kind::stopped, "its session is active, and it does not run");
    return std::nullopt;
  case vm_wish::provisioning:
  case vm_wish::shutting_down:
    return std::nullopt; // Its session looks after it.
  }
  return std::nullopt;
}

bool should_be_there(const vm_claim& claim) {
  return claim.wants == vm_wish::active || claim.wants == vm_wish::kept;
}

void add_lost(std::vector<difference>& to, const claim_ledger& ledger, const vm_survey& seen) {
  if (!seen.complete)
    return;
  for (const auto& [vm, claim] : ledger.open())
    if (should_be_there(claim) && !find(seen, vm))
      to.push_back({{difference_kind::lost, vm, {}},
                    claim.session,
                    {},
                    "it was last seen on node " + claim.node.value});
}

void add_leaked(std::vector<difference>& to, const claim_ledger& ledger, const cluster_survey& in) {
  if (!in.vms.complete || !in.volumes)
    return;
  for (const auto& volume : in.volumes->volumes) {
    auto claim = ledger.find(volume.vm);
    if (claim && claim->wants == vm_wish::gone && !find(in.vms, volume.vm))
      to.push_back({{difference_kind::leaked_volume, volume.vm, volume.id},
                    claim->session,
                    volume.node,
                    std::to_string(volume.bytes) + " bytes on storage " + volume.storage});
  }
}

/// Whether the survey could have shown this difference, or its end.
bool can_tell(const difference_key& key, const cluster_survey& in) {
  if (const auto* vm = find(in.vms, key.vm))
    return key.kind == difference_kind::lost
           || (vm->node_online && (vm->identified || vm->lock == vm_lock::clone));
  if (!in.vms.complete)
    return false;
  if (key.kind == difference_kind::leaked_volume)
    return in.volumes && in.volumes->unread.empty();
  return true;
}

settlement how_settled(const open_difference& open, const surveyed_vm* vm) {
  switch (open.is.is.kind) {
  case difference_kind::lost:
    return vm ? settlement::resolved : settlement::session_told;
  case difference_kind::moved:
    if (!vm)
      return settlement::gone;
    return vm->node == open.is.node ? settlement::session_told : settlement::resolved;
  default:
    return vm ? settlement::resolved : settlement::gone;
  }
}

/// Whoever removes a late clone looks more often, and knows who destroyed it.
bool is_being_removed(const difference_key& key, const vm_survey& in) {
  return key.kind == difference_kind::late_clone && !find(in, key.vm);
}

difference_found found(const difference& seen) {
  return {seen.is.kind, seen.is.vm, seen.session, seen.node, seen.detail, seen.is.volume};
}

} // namespace

unknown_claims find_unknown(const claim_ledger& ledger, const cluster_survey& seen) {
  unknown_claims unknown;
  for (const auto& vm : seen.vms.vms) {
    if (ledger.find(vm.vm))
      continue;
    unknown.vms.push_back(vm.vm);
    if (vm.marked && !ledger.knows(*vm.marked))
      unknown.sessions.push_back(*vm.marked);
  }
  if (seen.volumes)
    for (const auto& volume : seen.volumes->volumes)
      if (!ledger.find(volume.vm))
        unknown.vms.push_back(volume.vm);
  return unknown;
}

std::optional<std::string> doubt(const claim_ledger& ledger, const vm_survey& seen) {
  std::size_t wanted = 0;
  std::size_t missing = 0;
  for (const auto& [vm, claim] : ledger.open())
    if (should_be_there(claim)) {
      ++wanted;
      missing += find(seen, vm) ? 0 : 1;
    }
  constexpr std::size_t least = 4;
  if (!seen.complete || missing < least || missing * 2 <= wanted)
    return std::nullopt;
  return std::to_string(missing) + " of " + std::to_string(wanted)
         + " VMs of active and kept sessions are missing: is this the right cluster?";
}

std::vector<difference> differences(const claim_ledger& ledger, const cluster_survey& seen,
                                    time_point now) {
  std::vector<difference> all;
  for (const auto& vm : seen.vms.vms)
    if (auto differs = difference_at(vm, ledger.find(vm.vm), now))
      all.push_back(std::move(*differs));
  add_lost(all, ledger, seen.vms);
  add_leaked(all, ledger, seen);
  std::ranges::sort(all, {}, &difference::is);
  // Two nodes may have a local volume of the same name.
  auto is_same = [](const difference& left, const difference& right) {
    return left.is == right.is;
  };
  all.erase(std::unique(all.begin(), all.end(), is_same), all.end());
  return all;
}

review reconcile(const reconciliation& known, const suspicions& before,
                 const std::vector<difference>& observed, const cluster_survey& seen,
                 time_point now) {
  review result;
  std::set<difference_key> shown;
  for (const auto& difference : observed) {
    shown.insert(difference.is);
    if (known.open.contains(difference.is))
      continue;
    auto earlier = before.find(difference.is);
    auto first_seen = earlier == before.end() ? now : earlier->second;
    result.suspected[difference.is] = first_seen;
    if (now - first_seen >= survey_twice_within)
      result.events.emplace_back(found(difference));
  }
  for (const auto& [key, first_seen] : before)
    if (!shown.contains(key) && !can_tell(key, seen))
      result.suspected.emplace(key, first_seen);
  for (const auto& [key, open] : known.open)
    if (!shown.contains(key) && can_tell(key, seen) && !is_being_removed(key, seen.vms))
      result.events.emplace_back(difference_settled{key.kind, key.vm, key.volume,
                                                    how_settled(open, find(seen.vms, key.vm))});
  return result;
}

std::optional<vm_id> last_forgotten(const claim_ledger& ledger, const vm_survey& seen) {
  auto is_forgotten = [&](const surveyed_vm& vm) {
    return vm.marked && !ledger.find(vm.vm) && !ledger.knows(*vm.marked);
  };
  auto last = std::find_if(seen.vms.rbegin(), seen.vms.rend(), is_forgotten);
  return last == seen.vms.rend() ? std::nullopt : std::optional{last->vm};
}

} // namespace berth::domain
