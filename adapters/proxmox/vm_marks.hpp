#pragma once

#include "adapters/proxmox/pve_api.hpp"
#include "domain/session/vm_sighting.hpp"

#include <optional>
#include <string>

/// What a VM of Proxmox says of itself, in the domain's terms.
namespace berth::proxmox {

/// The name and tag that a VM of this session bears: `berth-` and the id in lower case.
std::string mark_of(const domain::session_id& id);

/// The description of a VM of this session, which names it, too.
std::string description_of(const domain::session_id& id);

/// Whether the tags name the session.
bool has_mark(const std::string& tags, const domain::session_id& id);

/// What tags, name and description say of whose VM this is.
domain::vm_marks marks_in(const pve_vm_config& config, const domain::session_id& marked);

/// The session that they name: the tags, or else the name, or else the description; nothing when
/// none names any.
std::optional<domain::session_id> marked_in(const std::string& tags, const std::string& name,
                                            const std::string& description = {});

domain::vm_lock lock_of(const std::string& text);
domain::vm_power power_of(const std::string& status);

} // namespace berth::proxmox
