#pragma once

#include "actors/mail.hpp"
#include "domain/alert/alert.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace berth::actors {

/// A digest names so many alerts; the others are counted.
constexpr std::size_t longest_digest = 50;

/// An alert with what an admin wants to know of its session. Texts may be empty.
struct alert_report {
  domain::alert_raised alert;
  domain::user_id owner; ///< no name: the log is mailed to nobody
  std::string template_name;
  domain::node_name node; ///< where its VM was last
};

/// One mail for all of them, of which there must be one at least: a digest when there are more.
send_mail compose_mail(const std::vector<alert_report>& reports);

} // namespace berth::actors
