#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace berth::domain {

/// UTC, in milliseconds.
using time_point = std::chrono::sys_time<std::chrono::milliseconds>;
using duration = std::chrono::milliseconds;

/// As RFC 3339 writes it, in UTC with milliseconds: `2026-11-23T09:00:00.000Z`. Its years have four
/// digits: what lies beyond is written as of the year 0000 or 9999.
std::string to_rfc3339(time_point at);

/// Reads what `to_rfc3339` writes; the fraction may be missing.
std::optional<time_point> parse_rfc3339(std::string_view text);

} // namespace berth::domain
