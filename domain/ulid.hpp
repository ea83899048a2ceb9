#pragma once

#include "domain/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace berth::domain {

/// A 128-bit identifier that sorts by its creation time: 48 bits of milliseconds, then 80 random
/// bits. Written as 26 characters of Crockford's base 32 (github.com/ulid/spec).
struct ulid {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const ulid&) const = default;
};

/// Always 26 upper-case characters.
std::string to_string(const ulid& id);

/// Reads either case; nothing for any other text, and for values beyond 128 bits.
std::optional<ulid> parse_ulid(std::string_view text);

/// The creation time that `id` carries.
time_point time_of(const ulid& id);

/// Makes ids that never go back, even when several fall in one millisecond or the clock does.
class ulid_source {
public:
  /// `random` must give 64 uniform bits at each call.
  explicit ulid_source(std::function<std::uint64_t()> random);

  ulid next(time_point now);

private:
  std::function<std::uint64_t()> random_;
  ulid last_;
};

} // namespace berth::domain
