#pragma once

#include "domain/ids.hpp"
#include "domain/secret.hpp"
#include "domain/template/vm_template.hpp"
#include "domain/time.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>

/// Links to the desktops of active sessions.
namespace berth::actors {

/// Asks for a link to the desktop of an active session; each asking mints a new one.
struct open_desktop {
  domain::session_id id;
  domain::user_id by;
};
/// A bearer link: whoever has it has the desktop. Never to be logged or stored.
struct desktop_link {
  domain::secret url;
};

/// Mints links, and takes them back when their session is over.
using desktop_actor = caf::typed_actor<
    // Fails with `not_in_this_state` unless the session is active, with `not_configured` when no
    // gateway is, and with `gateway_unavailable`.
    caf::replies_to<open_desktop>::with<desktop_link>>;

/// What a gateway must know to connect to a desktop.
struct desktop_connection {
  domain::session_id session;
  domain::desktop_protocol protocol{};
  std::string address;
  std::uint32_t port = 0;
  std::string user; ///< empty: the guest asks for account and password
  domain::secret password;
  domain::time_point expires_at; ///< no new connection after that
};
/// Asks for a link; links minted for the session before stay valid.
struct mint_link {
  desktop_connection to;
};
/// Asks that every link of the session ends, and with it the connections made by it.
struct revoke_links {
  domain::session_id session;
};
struct links_revoked {};

/// PORT to the desktop gateway. Implemented by adapters/guacamole, faked in tests.
using desktop_gateway_actor = caf::typed_actor<
    // Fails with `gateway_unavailable` and the reason.
    caf::replies_to<mint_link>::with<desktop_link>,
    // Also for links that are being minted, and for sessions that it does not know. Fails with
    // `gateway_unavailable`: ask again.
    caf::replies_to<revoke_links>::with<links_revoked>>;

} // namespace berth::actors

#define BERTH_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::actors::type)
BERTH_MESSAGE(open_desktop)
BERTH_MESSAGE(desktop_link)
BERTH_MESSAGE(mint_link)
BERTH_MESSAGE(revoke_links)
BERTH_MESSAGE(links_revoked)
#undef BERTH_MESSAGE
