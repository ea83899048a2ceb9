#pragma once

#include "adapters/net/asio.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace berth::net {

/// Whether something takes a TCP connection at this address and port within `limit`. The connection
/// is closed at once; nothing is sent. `address` is numeric: names are not looked up.
awaitable<bool> port_answers(std::string address, std::uint32_t port,
                             std::chrono::milliseconds limit);

} // namespace berth::net
