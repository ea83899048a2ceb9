#pragma once

#include "adapters/net/https_client.hpp"

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Reading Proxmox's JSON as loosely as it is written: numbers come as strings and back, fields
/// come and go with versions, and absent is not zero.
namespace berth::proxmox {

using json_element = simdjson::dom::element;

std::optional<json_element> field(json_element of, std::string_view name);
std::optional<std::string> text_field(json_element of, std::string_view name);
std::optional<double> number_field(json_element of, std::string_view name);
std::optional<std::int64_t> integer_field(json_element of, std::string_view name);

/// What went wrong, from `message`, `errors` or else the reason phrase: one line.
std::string error_text(const net::https_response& response);

} // namespace berth::proxmox
