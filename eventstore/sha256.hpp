#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::eventstore {

/// A SHA-256.
using digest = std::array<std::uint8_t, 32>;

/// Safe from any thread. Throws std::runtime_error when OpenSSL cannot.
digest sha256(std::string_view bytes);

/// 64 lower-case digits.
std::string to_hex(const digest& hash);

/// Reads what to_hex writes.
std::optional<digest> parse_digest(std::string_view hex);

} // namespace berth::eventstore
