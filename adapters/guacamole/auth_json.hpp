#pragma once

#include "actors/desktops.hpp"

#include <string>
#include <string_view>

/// The document by which Guacamole's extension auth-json is told of a connection, and its seal; see
/// "Encrypted JSON authentication" in Guacamole's manual.
namespace berth::guacamole {

/// Whether it can be a `json-secret-key`: 32 hex digits.
bool is_json_key(std::string_view text);

/// The document that lets an anonymous person use this one connection until it expires. Anonymous,
/// because browsers store the token of everybody else, and would end one link with the next.
domain::secret auth_json(const std::string& connection_name, const actors::desktop_connection& to);

/// Signs by HMAC-SHA256, encrypts by AES-128-CBC, and encodes in base64. Throws
/// std::invalid_argument unless `key` is a json key.
std::string seal(const domain::secret& json, const domain::secret& key);

} // namespace berth::guacamole
