#pragma once

#include "actors/desktops.hpp"

#include <map>
#include <string>

namespace berth::guacamole {

/// Parameters of a connection by their Guacamole names. Some are secret.
using connection_parameters = std::map<std::string, std::string>;

/// What guacd must know to connect; nothing in it is empty.
connection_parameters parameters_of(const actors::desktop_connection& to);

} // namespace berth::guacamole
