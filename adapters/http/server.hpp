#pragma once

#include "actors/log.hpp"
#include "actors/meter.hpp"
#include "adapters/http/http_facade_actor.hpp"
#include "adapters/http/server_limits.hpp"
#include "adapters/http/web_files.hpp"
#include "adapters/net/deadline.hpp"
#include "adapters/net/listener.hpp"
#include "adapters/net/network.hpp"

#include <caf/actor_system.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace berth::http {

/// What every connection needs.
struct connection_context {
  caf::actor_system& system;
  http_facade_actor facade;
  facade_collaborators feeds; ///< whom streams of events ask
  server_limits limits;
  actors::logger log;
  std::shared_ptr<actors::meter> metrics;
  std::shared_ptr<net::asio::ssl::context> tls;   ///< null: plain HTTP
  std::vector<net::network> trusted_proxies;      ///< whose X-Forwarded-For is believed
  std::shared_ptr<const web_files> web;           ///< null: the API alone
  std::shared_ptr<net::deadlines> deadlines;      ///< of all connections; made by the server
  std::vector<api_request> to_ask;                ///< the facade, with the next message to it
  std::size_t in_flight = 0;                      ///< requests that are not answered yet
  std::map<domain::user_id, std::size_t> streams; ///< open ones of each user
};

/// Accepts connections and serves each in a coroutine of its own. Everything runs on the thread of
/// `io`.
class server {
public:
  /// Listens at once. Throws boost::system::system_error when the address is taken.
  server(net::asio::io_context& io, const net::tcp::endpoint& at, connection_context with);

  /// Lets go of every actor: connections that are still open hold only what is left of the context.
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  void start();
  /// Accepts no more; connections end after the request they are at.
  void stop();

  /// Whether no request waits for its answer.
  bool idle() const { return with_->in_flight == 0; }

  net::tcp::endpoint endpoint() const { return listener_.endpoint(); }

private:
  void accept(net::tcp::socket socket);

  net::asio::io_context& io_;
  net::listener listener_;
  std::shared_ptr<connection_context> with_;
  std::shared_ptr<bool> stopping_ = std::make_shared<bool>(false);
  std::size_t open_ = 0;
  std::map<net::asio::ip::address, std::size_t> open_from_;
};

} // namespace berth::http
