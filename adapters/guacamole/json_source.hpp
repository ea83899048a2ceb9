#pragma once

#include "adapters/guacamole/guacamole_api.hpp"
#include "adapters/guacamole/link_source.hpp"

namespace berth::guacamole {

/// Links by Guacamole's extension auth-json. The broker itself hands in the sealed document, so
/// that it never leaves the two, and knows the token that ends the link.
class json_source final : public link_source {
public:
  explicit json_source(guacamole_settings settings) : settings_(std::move(settings)) {}

  gateway_result<minted_link> mint(const actors::desktop_connection& to) const override;
  gateway_result<actors::links_revoked>
  revoke(const domain::session_id& session,
         const std::vector<domain::secret>& tokens) const override;

private:
  guacamole_settings settings_;
  guacamole_api api_{settings_};
};

} // namespace berth::guacamole
