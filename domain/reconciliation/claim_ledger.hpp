#pragma once

#include "domain/flat_map.hpp"
#include "domain/ids.hpp"
#include "domain/session/session.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace berth::domain {

/// What the log wants of a VM.
enum class vm_wish : std::uint8_t { provisioning, active, shutting_down, kept, doomed, gone };

/// What the log says of one VMID that it has reserved.
struct vm_claim {
  session_id session; ///< who answers for it; once it is gone, whoever made it
  session_id marked;  ///< whose name its marks bear
  vm_id cloned_from;  ///< its template's VMID
  node_name node;     ///< where the log saw it last; empty once it is gone
  vm_wish wants{};
  time_point since; ///< of this wish; unknown once it is gone
  bool quarantined = false;
  bool operator==(const vm_claim&) const = default;
};

/// The VMIDs that the log has reserved, folded from the events of sessions: of all that are open,
/// and of those that are over as far as it was told. Keeps sessions whole while they move, what
/// claims need of those at rest, and 24 bytes for each VM that is gone.
class claim_ledger {
public:
  /// Folds one event of session `id` that the log recorded at `at`. Throws corrupt_history when it
  /// cannot follow.
  void apply(const session_id& id, const session_event& happened, time_point at);

  /// Nothing when no session that it was told of has reserved the VMID.
  std::optional<vm_claim> find(vm_id vm) const;

  /// Whether it was told of this session, and any VM was reserved for it.
  bool knows(const session_id& session) const;

  /// Of all VMs that are not gone.
  const flat_map<vm_id, vm_claim>& open() const { return open_; }

private:
  /// A session whose only VM is active or kept: as much of it as its events to come need.
  struct settled {
    vm_id vm;
    session_type type{};
    std::optional<end_reason> reason; ///< while the VM is kept
  };
  struct gone_vm {
    vm_id vm;
    vm_id cloned_from;
    session_id made_by;
  };

  session take(const session_id& id);
  void keep(session s);
  void claim(vm_id vm, vm_claim wanted, time_point at);
  void release(vm_id vm);

  // Those that are not closed: each is in one of these.
  std::map<session_id, session> moving_;
  flat_map<session_id, settled> settled_;
  flat_map<vm_id, vm_claim> open_;
  std::vector<gone_vm> gone_; ///< by VMID
};

} // namespace berth::domain
