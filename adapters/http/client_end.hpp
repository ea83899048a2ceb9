#pragma once

#include "adapters/net/deadline.hpp"

#include <boost/beast/core/stream_traits.hpp>

#include <memory>
#include <utility>

namespace berth::http {

/// The bytes of one client, plain or TLS, and when they must have come or gone.
template <class Stream>
struct client_end {
  /// `arguments` make the stream.
  template <class... Arguments>
  explicit client_end(std::shared_ptr<net::deadlines> among, Arguments&&... arguments)
      : stream(std::forward<Arguments>(arguments)...), limit(std::move(among), socket()) {}

  net::tcp::socket& socket() { return boost::beast::get_lowest_layer(stream); }

  Stream stream;
  net::deadline limit;
};

} // namespace berth::http
