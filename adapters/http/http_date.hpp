#pragma once

#include "domain/time.hpp"

#include <string>

namespace berth::http {

/// As RFC 9110 writes it: `Sun, 06 Nov 1994 08:49:37 GMT`. Fractions of a second are cut off.
std::string http_date(domain::time_point at);

} // namespace berth::http
