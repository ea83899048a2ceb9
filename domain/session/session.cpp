#include "domain/session/session.hpp"

namespace berth::domain {

std::string_view to_string(session_status status) {
  constexpr std::string_view names[] = {"pending", "active", "expired", "failed"};
  return names[static_cast<std::size_t>(status)];
}

bool is_over(const session& s) {
  return s.reason.has_value();
}

session_status status_of(const session& s) {
  if (s.reason)
    return *s.reason == end_reason::provisioning_failed ? session_status::failed
                                                        : session_status::expired;
  return std::holds_alternative<active>(s.phase) ? session_status::active : session_status::pending;
}

std::string_view step_name(const session& s) {
  struct namer {
    const session& s;
    std::string_view operator()(const absent&) const { return "absent"; }
    std::string_view operator()(const placing&) const { return "placing"; }
    std::string_view operator()(const resuming&) const { return "resuming"; }
    std::string_view operator()(const provisioning& p) const {
      constexpr std::string_view names[] = {"placed", "cloning", "configuring", "starting",
                                            "waiting_for_address"};
      return names[static_cast<std::size_t>(p.step)];
    }
    std::string_view operator()(const active&) const { return "active"; }
    std::string_view operator()(const shutting_down&) const { return "shutting_down"; }
    std::string_view operator()(const keeping&) const { return "kept"; }
    std::string_view operator()(const over& o) const {
      return o.closed ? "closed" : s.doomed.empty() ? "closing" : "deleting";
    }
  };
  return std::visit(namer{s}, s.phase);
}

} // namespace berth::domain
