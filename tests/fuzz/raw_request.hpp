#pragma once

#include "adapters/http/wire.hpp"

#include <cstddef>
#include <string_view>

namespace berth::fuzz {

/// Reads one request as a connection does, with the server's own limits, from bytes that arrive
/// `piece` at a time. The peer is 192.0.2.1, a trusted proxy.
http::received read_request(std::string_view bytes, std::size_t piece);

/// Ends the program unless the response can be written and reads back as what it says.
void check_response(const http::api_response& response, const http::api_call& call);

} // namespace berth::fuzz
