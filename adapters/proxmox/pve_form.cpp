#include "adapters/proxmox/pve_form.hpp"

#include <cctype>

namespace berth::proxmox {

std::string percent_encode(const std::string& text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~')
      encoded += static_cast<char>(c);
    else
      encoded += {'%', digits[c >> 4], digits[c & 15]};
  }
  return encoded;
}

std::string encode(const form& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters)
    text += (text.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
  return text;
}

} // namespace berth::proxmox
