#pragma once

#include "domain/event.hpp"

#include <optional>
#include <string>

namespace berth::domain {

/// What happened, as one sentence for somebody who was not there. Holds everything that an audit
/// asks for, VMIDs and addresses too.
std::string narrate(const event& happened);

/// The same for the session's owner: nothing of Proxmox but the node's name. Nothing at all when
/// the event means nothing to its owner.
std::optional<std::string> narrate_to_owner(const session_event& happened);

} // namespace berth::domain
