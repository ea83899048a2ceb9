#pragma once

#include "actors/errors.hpp"
#include "actors/mail.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/result.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace berth::tests {

/// What a fake mail server was given, and how it answers.
struct mail_desk {
  std::vector<actors::send_mail> taken;
  std::size_t asked = 0;
  std::optional<std::string> refusal; ///< while set: the reason why nothing is taken
};

/// The port.
inline actors::mailer_actor::behavior_type fake_mailer(std::shared_ptr<mail_desk> desk) {
  return {
      [desk](const actors::send_mail& m) -> caf::result<actors::mail_taken> {
        ++desk->asked;
        if (desk->refusal)
          return actors::make_error(actors::errc::mail_refused, *desk->refusal);
        desk->taken.push_back(m);
        return actors::mail_taken{};
      },
  };
}

} // namespace berth::tests
