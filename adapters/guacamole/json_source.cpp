#include "adapters/guacamole/json_source.hpp"

#include "adapters/guacamole/auth_json.hpp"

namespace berth::guacamole {

gateway_result<minted_link> json_source::mint(const actors::desktop_connection& to) const {
  auto name = domain::to_string(to.session);
  auto token = api_.sign_in_by_json(seal(auth_json(name, to), settings_.json_key));
  if (!token)
    return token.error();
  return minted_link{api_.link_to(name, "json", *token), *token};
}

gateway_result<actors::links_revoked>
json_source::revoke(const domain::session_id&, const std::vector<domain::secret>& tokens) const {
  for (const auto& token : tokens)
    if (auto done = api_.sign_out(token); !done)
      return done.error();
  return actors::links_revoked{};
}

} // namespace berth::guacamole
