#pragma once

#include "adapters/net/asio.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace berth::net {

/// A block of addresses, `10.0.0.0/8` or `fd00::/8`; a single address is a block of one.
class network {
public:
  /// Throws std::runtime_error, which says what is wrong.
  explicit network(const std::string& text);

  /// Also for an IPv4 address in its IPv6 form.
  bool contains(const asio::ip::address& one) const;

private:
  asio::ip::address first_;
  unsigned int prefix_ = 0; ///< bits that all addresses of the block share
};

/// Who is really asking: the peer itself, or, when the peer is one of `trusted`, the last address
/// of X-Forwarded-For that is not. What is no address there ends the search.
std::string client_behind(const asio::ip::address& peer, std::string_view forwarded_for,
                          const std::vector<network>& trusted);

} // namespace berth::net
