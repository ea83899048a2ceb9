#pragma once

#include "actors/accounts.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

namespace berth::tests {

/// What the fake accounts know, for tests to set and to read.
struct launch_desk {
  std::map<std::string, actors::caller> credentials; ///< by hash
  std::optional<std::string> refusal;                ///< while set: no launch is admitted
  std::vector<actors::admit_launch> admitted;
  std::vector<domain::session_id> withdrawn;
};

/// Admits launches and knows credentials; users are none of its business.
actors::accounts_actor::behavior_type fake_accounts(std::shared_ptr<launch_desk> desk);

} // namespace berth::tests
