#pragma once

#include "actors/desktops.hpp"
#include "adapters/guacamole/gateway_fault.hpp"
#include "adapters/guacamole/guacamole_settings.hpp"

#include <memory>
#include <vector>

namespace berth::guacamole {

/// Makes links by calls to Guacamole that block. Safe from any thread.
class link_source {
public:
  virtual ~link_source() = default;

  virtual gateway_result<minted_link> mint(const actors::desktop_connection& to) const = 0;

  /// Ends the links that have these tokens, and removes what Guacamole holds of the session. May be
  /// repeated.
  virtual gateway_result<actors::links_revoked>
  revoke(const domain::session_id& session, const std::vector<domain::secret>& tokens) const = 0;
};

/// The one that the settings name.
std::unique_ptr<const link_source> make_link_source(const guacamole_settings& settings);

} // namespace berth::guacamole
