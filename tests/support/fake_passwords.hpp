#pragma once

#include "actors/accounts.hpp"
#include "actors/errors.hpp"

#include <map>
#include <memory>
#include <string>

namespace berth::tests {

/// The passwords of users, in the clear: nobody is protected here.
using known_passwords = std::shared_ptr<std::map<domain::user_id, std::string>>;

/// Breaks the only rule of this store.
inline const std::string refused_password = "refused";

/// The password port without hashing.
inline actors::password_actor::behavior_type fake_passwords(known_passwords known) {
  return {
      [](const actors::hash_password& m) -> caf::result<actors::password_hashed> {
        const auto& clear = m.password.reveal();
        if (clear == refused_password)
          return actors::make_error(actors::errc::invalid, "password: it is refused");
        return actors::password_hashed{{.hash = {clear.begin(), clear.end()}}};
      },
      [known](const actors::store_password& m) {
        (*known)[m.of].assign(m.is.hash.begin(), m.is.hash.end());
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
