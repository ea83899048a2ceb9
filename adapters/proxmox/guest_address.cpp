#include "adapters/proxmox/guest_address.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cctype>

namespace berth::proxmox {

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool reachable(const boost::asio::ip::address& address) {
  if (address.is_loopback() || address.is_unspecified() || address.is_multicast())
    return false;
  if (address.is_v6())
    return !address.to_v6().is_link_local();
  constexpr unsigned link_local = 169u << 24 | 254u << 16;
  return (address.to_v4().to_uint() & 0xffff0000u) != link_local;
}

} // namespace

std::string mac_of(const std::string& net0) {
  auto card = net0.substr(0, net0.find(','));
  auto begin = card.find('=');
  return begin == std::string::npos ? std::string{} : lower(card.substr(begin + 1));
}

std::optional<std::string> choose_address(json_element data, const std::string& mac) {
  auto result = field(data, "result");
  simdjson::dom::array cards;
  if (mac.empty() || !result || result->get(cards) != simdjson::SUCCESS)
    return std::nullopt;
  std::optional<std::string> best;
  for (auto card : cards) {
    simdjson::dom::array addresses;
    auto found = field(card, "ip-addresses");
    if (lower(text_field(card, "hardware-address").value_or("")) != mac || !found
        || found->get(addresses) != simdjson::SUCCESS)
      continue;
    for (auto row : addresses) {
      auto text = text_field(row, "ip-address").value_or("");
      text = text.substr(0, text.find('%')); // Windows adds the zone.
      boost::system::error_code error;
      auto address = boost::asio::ip::make_address(text, error);
      if (error || !reachable(address))
        continue;
      if (address.is_v4())
        return text;
      if (!best)
        best = text;
    }
  }
  return best;
}

} // namespace berth::proxmox
