#pragma once

#include "domain/alert/alert.hpp"
#include "domain/node/node.hpp"
#include "domain/reconciliation/reconciliation.hpp"
#include "domain/session/events.hpp"
#include "domain/template/vm_template.hpp"
#include "domain/user/user.hpp"

#include <variant>

namespace berth::domain {

/// Everything the log can hold.
using event = std::variant<session_event, node_event, template_event, user_event, alert_event,
                           reconciliation_event>;

} // namespace berth::domain
