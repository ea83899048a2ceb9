#pragma once

#include <string>
#include <utility>
#include <vector>

namespace berth::proxmox {

/// The parameters of a call, in the order they are sent.
using form = std::vector<std::pair<std::string, std::string>>;

/// `a=1&b=2` with everything encoded that Proxmox's form decoder would take for a separator.
std::string encode(const form& parameters);

/// The text with everything encoded but letters, digits and `-_.~` (RFC 3986, section 2.3).
std::string percent_encode(const std::string& text);

} // namespace berth::proxmox
