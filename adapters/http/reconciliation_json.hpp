#pragma once

#include "actors/reconciler.hpp"

#include <string>

namespace berth::http {

/// What differs between log and cluster, for admins and auditors.
std::string write_reconciliation(const actors::reconciliation_report& report,
                                 domain::time_point now);

} // namespace berth::http
