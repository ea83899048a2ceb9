#include "adapters/guacamole/link_source.hpp"

#include "adapters/guacamole/database_source.hpp"
#include "adapters/guacamole/json_source.hpp"

namespace berth::guacamole {

std::unique_ptr<const link_source> make_link_source(const guacamole_settings& settings) {
  if (settings.source == connection_source::database)
    return std::make_unique<const database_source>(settings);
  return std::make_unique<const json_source>(settings);
}

} // namespace berth::guacamole
