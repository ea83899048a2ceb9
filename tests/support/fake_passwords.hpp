#pragma once

#include "actors/accounts.hpp"

#include <map>
#include <memory>
#include <string>

namespace berth::tests {

/// The passwords of users, in the clear: nobody is protected here.
using known_passwords = std::shared_ptr<std::map<domain::user_id, std::string>>;

/// The password port without hashing.
inline actors::password_actor::behavior_type fake_passwords(known_passwords known) {
  return {
      [known](const actors::store_password& m) {
        (*known)[m.of] = m.password.reveal();
        return actors::password_stored{};
      },
      [known](const actors::check_password& m) {
        auto found = known->find(m.of);
        return actors::password_checked{found != known->end()
                                        && found->second == m.password.reveal()};
      },
  };
}

} // namespace berth::tests
