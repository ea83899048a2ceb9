#pragma once

#include "domain/ulid.hpp"

#include <string>

namespace berth::http {

/// SHA-256 of a bearer token as 64 lower-case hex digits: what is kept of it. Tokens carry 256
/// random bits, so that a fast hash cannot be searched.
std::string token_hash(const std::string& token);

/// The command that a repeat of the same text will find answered.
domain::ulid command_id(const std::string& text);

} // namespace berth::http
