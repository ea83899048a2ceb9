#pragma once

#include "domain/reconciliation/reconciliation.hpp"
#include "domain/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include <array>
#include <optional>
#include <string>
#include <vector>

/// What people ask of the reconciler.
namespace berth::actors {

/// Asks for a survey, volumes included, as soon as possible; answered before it begins.
struct reconcile_now {};
/// Asks what differs between log and cluster.
struct get_reconciliation {};

struct settled_difference {
  domain::open_difference was;
  domain::time_point settled_at;
  domain::settlement how{};
};
struct reconciliation_report {
  std::optional<domain::time_point>
      surveyed_at;          ///< nothing before the first survey of this process
  bool is_complete = false; ///< the last survey; only then does absence count
  std::string why_not;      ///< when it is not
  std::optional<domain::time_point> volumes_listed_at;
  std::vector<std::string> unread; ///< nodes and storages whose volumes could not be listed
  domain::time_point next_at;      ///< of the next survey
  std::array<std::size_t, domain::difference_kinds> counts{}; ///< of open differences, by kind
  std::vector<domain::open_difference> open;                  ///< longest open first, up to 1,000
  std::vector<settled_difference> settled;                    ///< newest first, up to 100
};

/// Compares log and cluster.
using reconciler_actor = caf::typed_actor<
    // Both answer at once.
    caf::replies_to<reconcile_now>::with<reconciliation_report>,
    caf::replies_to<get_reconciliation>::with<reconciliation_report>>;

} // namespace berth::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::reconcile_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::get_reconciliation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::reconciliation_report)
