#include "adapters/guacamole/connection_parameters.hpp"

namespace berth::guacamole {

connection_parameters parameters_of(const actors::desktop_connection& to) {
  connection_parameters all{{"hostname", to.address},
                            {"port", std::to_string(to.port)},
                            {"username", to.user},
                            {"password", to.password.reveal()}};
  if (to.protocol == domain::desktop_protocol::rdp) {
    // Windows asks for network level authentication, xrdp for anything else; both sign themselves.
    all["security"] = "any";
    all["ignore-cert"] = "true";
    all["resize-method"] = "display-update";
  }
  std::erase_if(all, [](const auto& parameter) { return parameter.second.empty(); });
  return all;
}

} // namespace berth::guacamole
