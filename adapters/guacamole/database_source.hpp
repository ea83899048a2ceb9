#pragma once

#include "adapters/guacamole/guacamole_api.hpp"
#include "adapters/guacamole/link_source.hpp"

#include <string>

namespace berth::guacamole {

/// Links by Guacamole's database: each has a connection and a user of its own there. Both bear the
/// session's name, so that they are found and removed even when nobody remembers making them.
class database_source final : public link_source {
public:
  explicit database_source(guacamole_settings settings) : settings_(std::move(settings)) {}

  gateway_result<minted_link> mint(const actors::desktop_connection& to) const override;
  gateway_result<actors::links_revoked>
  revoke(const domain::session_id& session,
         const std::vector<domain::secret>& tokens) const override;

private:
  gateway_result<minted_link> mint_as(const domain::secret& admin,
                                      const actors::desktop_connection& to) const;
  gateway_result<std::string> create_connection(const domain::secret& admin,
                                                const std::string& name,
                                                const actors::desktop_connection& to) const;
  gateway_result<void> remove(const domain::secret& admin, const std::string& directory,
                              const std::string& prefix) const;

  guacamole_settings settings_;
  guacamole_api api_{settings_};
};

} // namespace berth::guacamole
