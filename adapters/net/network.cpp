#include "adapters/net/network.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace berth::net {

namespace {

using asio::ip::address;

address plain(const address& from) {
  if (from.is_v6() && from.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, from.to_v6());
  return from;
}

template <class Bytes>
bool share(const Bytes& one, const Bytes& other, unsigned int bits) {
  for (std::size_t i = 0; i < one.size() && bits > 0; ++i) {
    auto taken = std::min(bits, 8u);
    auto mask = static_cast<unsigned char>(0xff00u >> taken);
    if ((one[i] & mask) != (other[i] & mask))
      return false;
    bits -= taken;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

} // namespace

network::network(const std::string& text) {
  auto slash = text.find('/');
  error_code error;
  first_ = plain(asio::ip::make_address(text.substr(0, slash), error));
  prefix_ = first_.is_v4() ? 32 : 128;
  if (!error && slash != std::string::npos) {
    unsigned int given = 0;
    const auto* last = text.data() + text.size();
    auto read = std::from_chars(text.data() + slash + 1, last, given);
    if (read.ec != std::errc{} || read.ptr != last || given > prefix_)
      error = asio::error::invalid_argument;
    prefix_ = given;
  }
  if (error)
    throw std::runtime_error{"'" + text + "' is not an address or a block such as 10.0.0.0/8"};
}

bool network::contains(const address& one) const {
  auto other = plain(one);
  if (first_.is_v4() != other.is_v4())
    return false;
  if (first_.is_v4())
    return share(first_.to_v4().to_bytes(), other.to_v4().to_bytes(), prefix_);
  return share(first_.to_v6().to_bytes(), other.to_v6().to_bytes(), prefix_);
}

std::string client_behind(const address& peer, std::string_view forwarded_for,
                          const std::vector<network>& trusted) {
  auto is_trusted = [&trusted](const address& one) {
    return std::ranges::any_of(trusted,
                               [&one](const network& block) { return block.contains(one); });
  };
  auto client = peer;
  while (is_trusted(client) && !forwarded_for.empty()) {
    auto comma = forwarded_for.rfind(',');
    auto start = comma == std::string_view::npos ? 0 : comma + 1;
    error_code error;
    auto next = asio::ip::make_address(std::string{trimmed(forwarded_for.substr(start))}, error);
    if (error)
      break;
    client = next;
    forwarded_for = forwarded_for.substr(0, start == 0 ? 0 : comma);
  }
  return plain(client).to_string();
}

} // namespace berth::net
