#pragma once

#include "actors/desktops.hpp"
#include "actors/errors.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

namespace berth::tests {

/// What a fake gateway was asked, and how it answers.
struct gateway_desk {
  std::vector<actors::desktop_connection> minted;
  std::vector<domain::session_id> revoked;  ///< every asking
  std::map<domain::session_id, int> living; ///< links that are still good
  std::optional<std::string> refusal;       ///< while set: the reason why nothing is done
  bool is_silent = false;                   ///< while set: nothing is answered
  std::vector<caf::typed_response_promise<actors::desktop_link>> unanswered;
};

/// The port; its links are `https://desktop.test/1`, `/2` and so on.
inline actors::desktop_gateway_actor::behavior_type
fake_desktop_gateway(actors::desktop_gateway_actor::pointer self,
                     std::shared_ptr<gateway_desk> desk) {
  auto refused = [desk] {
    return actors::make_error(actors::errc::gateway_unavailable, *desk->refusal);
  };
  return {[self, desk, refused](const actors::mint_link& m) {
            auto promise = self->make_response_promise<actors::desktop_link>();
            if (desk->is_silent) {
              desk->unanswered.push_back(promise);
            } else if (desk->refusal) {
              promise.deliver(refused());
            } else {
              desk->minted.push_back(m.to);
              ++desk->living[m.to.session];
              promise.deliver(actors::desktop_link{
                  domain::secret{"https://desktop.test/" + std::to_string(desk->minted.size())}});
            }
            return promise;
          },
          [desk, refused](const actors::revoke_links& m) -> caf::result<actors::links_revoked> {
            desk->revoked.push_back(m.session);
            if (desk->refusal)
              return refused();
            desk->living.erase(m.session);
            return actors::links_revoked{};
          }};
}

} // namespace berth::tests
