#pragma once

#include "domain/secret.hpp"

#include <cstdint>
#include <string>

namespace berth::guacamole {

/// Where Guacamole takes the connections from that it makes for us.
enum class connection_source : std::uint8_t {
  json,     ///< a sealed document per link; nothing stays behind in Guacamole
  database, ///< its database, by way of its REST API
};

/// How Guacamole is reached, and how it knows us.
struct guacamole_settings {
  connection_source source = connection_source::json;
  std::string url; ///< for the broker: http(s)://host[:port]/path, without a slash at the end
  std::string public_url;  ///< for browsers; empty: the same
  std::string ca_file;     ///< PEM, for https; empty: the system's CAs
  domain::secret json_key; ///< of source json: 32 hex digits, Guacamole's json-secret-key
  std::string data_source; ///< of source database: mysql, postgresql or sqlserver
  std::string account;     ///< of source database: may create connections and users
  domain::secret password; ///< of source database
};

/// What a link of ours is made of, to be taken back later.
struct minted_link {
  domain::secret url;
  domain::secret token; ///< of the Guacamole session behind the link
};

} // namespace berth::guacamole
