#include "adapters/guacamole/connection_parameters.hpp"

#include <doctest/doctest.h>

using namespace berth;
using domain::desktop_protocol;
using guacamole::connection_parameters;

namespace {

actors::desktop_connection connection(desktop_protocol protocol, std::uint32_t port) {
  return {.protocol = protocol,
          .address = "10.0.0.5",
          .port = port,
          .user = "student",
          .password = domain::secret{"pw"}};
}

} // namespace

TEST_CASE("guacamole parameters: RDP takes what the guest offers and follows the window's size") {
  CHECK(guacamole::parameters_of(connection(desktop_protocol::rdp, 3389))
        == connection_parameters{{"hostname", "10.0.0.5"},
                                 {"port", "3389"},
                                 {"username", "student"},
                                 {"password", "pw"},
                                 {"security", "any"},
                                 {"ignore-cert", "true"},
                                 {"resize-method", "display-update"}});
}

TEST_CASE("guacamole parameters: VNC and SSH need to know where and who") {
  for (auto protocol : {desktop_protocol::vnc, desktop_protocol::ssh})
    CHECK(
        guacamole::parameters_of(connection(protocol, 22))
        == connection_parameters{
            {"hostname", "10.0.0.5"}, {"port", "22"}, {"username", "student"}, {"password", "pw"}});
}

TEST_CASE("guacamole parameters: what is empty is left out, so that the guest asks for it") {
  auto to = connection(desktop_protocol::ssh, 22);
  to.user.clear();
  to.password = {};
  CHECK(guacamole::parameters_of(to)
        == connection_parameters{{"hostname", "10.0.0.5"}, {"port", "22"}});
}
