#pragma once

#include "domain/time.hpp"

#include <string>

namespace berth::replay {

/// `850 ms`, `12.5 s`, `4 min 10 s`, `2 h 5 min`, `3 d 1 h`.
std::string in_words(domain::duration time);

} // namespace berth::replay
