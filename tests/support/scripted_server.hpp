#pragma once

#include "adapters/net/https_client.hpp"
#include "adapters/net/listener.hpp"
#include "adapters/net/tls.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace berth::tests {

/// A request as it came over the wire.
struct seen_request {
  std::size_t connection = 0; ///< which one, counted from 0
  std::string method;
  std::string target;
  std::string head; ///< every header line
  std::string body;
};

/// What a scripted server does with the next request.
struct scripted_step {
  enum class end { keep, close, cut };
  std::string bytes;            ///< sent as they are; empty and kept: no answer ever
  end then = end::keep;         ///< `cut` closes without TLS's farewell
  std::size_t record = 1 << 14; ///< at most so many bytes arrive at once
};

/// An HTTPS server on loopback that does with each request what its script says next. Lives on the
/// test's own io_context.
class scripted_server {
public:
  explicit scripted_server(net::asio::io_context& io);
  ~scripted_server();

  void will(scripted_step step) { script_.push_back(std::move(step)); }

  /// A well-formed response with a JSON body.
  void will_answer(std::string body, const std::string& status = "200 OK",
                   scripted_step::end then = scripted_step::end::keep);

  /// Closes every connection, as Proxmox does after five idle seconds.
  void close_idle_connections();

  const std::vector<seen_request>& requests() const { return requests_; }
  std::size_t connections() const { return accepted_; }
  net::https_host host(const std::string& name = "127.0.0.1") const;
  const net::certificate& certificate() const { return certificate_; }

private:
  struct connection;

  net::awaitable<void> serve(std::shared_ptr<connection> on);

  net::asio::io_context& io_;
  net::certificate certificate_ = net::make_self_signed("127.0.0.1");
  net::asio::ssl::context tls_ = net::server_context(certificate_);
  net::listener listener_;
  std::deque<scripted_step> script_;
  std::vector<seen_request> requests_;
  std::vector<std::weak_ptr<connection>> open_;
  std::size_t accepted_ = 0;
};

} // namespace berth::tests
