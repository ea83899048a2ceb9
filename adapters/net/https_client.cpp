#include "adapters/net/https_client.hpp"

#include "adapters/net/tls.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <algorithm>
#include <utility>

namespace berth::net {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
constexpr std::size_t largest_response = 8 * 1024 * 1024;
constexpr int requests_per_connection = 100;
constexpr std::size_t largest_pool = 16;

std::string address_of(const https_host& host) {
  auto name = host.name.find(':') == std::string::npos ? host.name : "[" + host.name + "]";
  return name + ":" + std::to_string(host.port);
}

bool refuses_certificate(const error_code& error) {
  return error.category() == asio::error::get_ssl_category()
         && ERR_GET_REASON(static_cast<unsigned long>(error.value()))
                == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

} // namespace

struct https_client::connection {
  connection(asio::io_context& io, asio::ssl::context& tls) : stream(io, tls) {}

  beast::ssl_stream<beast::tcp_stream> stream;
  beast::flat_buffer buffer;
  std::size_t host = 0;
  std::string shown; ///< the fingerprint of its certificate
  clock::time_point last_used = clock::now();
  int requests = 0;
  bool reusable = true;
};

https_client::https_client(asio::io_context& io, https_settings settings)
    : io_(io), settings_(std::move(settings)), tls_(asio::ssl::context::tls_client) {
  SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
  if (!settings_.fingerprints.empty())
    return;
  if (settings_.ca_file.empty())
    tls_.set_default_verify_paths();
  else
    tls_.load_verify_file(settings_.ca_file);
}

https_client::~https_client() = default;

https_client::connection_ptr https_client::take_idle() {
  while (!idle_.empty()) {
    auto found = std::move(idle_.back());
    idle_.pop_back();
    if (found->host == current_host_ && clock::now() - found->last_used < settings_.idle_limit)
      return found;
  }
  return nullptr;
}

void https_client::keep(connection_ptr done) {
  if (!done->reusable || done->requests >= requests_per_connection || idle_.size() >= largest_pool)
    return;
  done->last_used = clock::now();
  beast::get_lowest_layer(done->stream).expires_never();
  idle_.push_back(std::move(done));
}

awaitable<https_client::connect_result> https_client::connect_to(std::size_t index,
                                                                 clock::time_point deadline) {
  using kind = transport_error::kind;
  const auto& host = settings_.hosts[index];
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  auto made = std::make_unique<connection>(io_, tls_);
  auto& socket = beast::get_lowest_layer(made->stream);
  made->host = index;
  auto failed = [&](kind what, const char* doing) {
    return transport_error{what,
                           std::string{doing} + " " + address_of(host) + ": " + error.message()};
  };
  tcp::resolver resolver{io_};
  auto found = co_await resolver.async_resolve(host.name, std::to_string(host.port), token);
  if (error)
    co_return failed(kind::unreachable, "cannot resolve");
  socket.expires_at(std::min(deadline, clock::now() + settings_.connect_timeout));
  co_await socket.async_connect(found, token);
  if (error)
    co_return failed(kind::unreachable, "cannot connect to");
  socket.socket().set_option(tcp::no_delay{true}, error);

  made->stream.set_verify_mode(asio::ssl::verify_peer);
  SSL_set_tlsext_host_name(made->stream.native_handle(), host.name.c_str());
  made->stream.set_verify_callback([&pins = settings_.fingerprints, &shown = made->shown,
                                    by_name = asio::ssl::host_name_verification{host.name}](
                                       bool valid, asio::ssl::verify_context& context) {
    // Only the first certificate, which the peer has proven to own, can be pinned.
    bool first = X509_STORE_CTX_get_error_depth(context.native_handle()) == 0;
    if (first)
      shown = fingerprint(X509_STORE_CTX_get_current_cert(context.native_handle()));
    if (pins.empty())
      return by_name(valid, context);
    return !first || std::ranges::count(pins, shown) > 0;
  });
  co_await made->stream.async_handshake(asio::ssl::stream_base::client, token);
  if (error && refuses_certificate(error))
    co_return transport_error{kind::untrusted, address_of(host) + " shows the certificate "
                                                   + made->shown + ", which is not trusted"};
  if (error)
    co_return failed(kind::unreachable, "no TLS with");
  co_return made;
}

awaitable<https_client::connect_result> https_client::connect(clock::time_point deadline) {
  transport_error last{transport_error::kind::unreachable, "no host is configured"};
  auto first = current_host_;
  for (std::size_t tried = 0; tried < settings_.hosts.size(); ++tried) {
    auto index = (first + tried) % settings_.hosts.size();
    auto result = co_await connect_to(index, deadline);
    if (std::holds_alternative<connection_ptr>(result)) {
      current_host_ = index;
      co_return result;
    }
    last = std::get<transport_error>(result);
    // Another host would serve, but a stranger in the place of one of ours must be noticed.
    if (last.what == transport_error::kind::untrusted || clock::now() >= deadline)
      break;
  }
  co_return last;
}

awaitable<https_result> https_client::exchange(connection& with, const https_request& wanted,
                                               clock::time_point deadline) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  http::request<http::string_body> request{http::string_to_verb(wanted.method), wanted.target, 11};
  request.set(http::field::host, address_of(settings_.hosts[with.host]));
  for (const auto& [name, value] : wanted.headers)
    request.set(name, value);
  if (wanted.method != "GET" && wanted.method != "DELETE") {
    if (!wanted.body.empty())
      request.set(http::field::content_type, wanted.content_type);
    request.body() = wanted.body;
    request.content_length(wanted.body.size());
  }
  beast::get_lowest_layer(with.stream).expires_at(deadline);
  ++with.requests;
  http::response_parser<http::string_body> parser;
  parser.body_limit(largest_response);
  co_await http::async_write(with.stream, request, token);
  if (!error)
    co_await http::async_read(with.stream, with.buffer, parser, token);
  // A response without a length ends with its connection, which Proxmox may cut without a TLS
  // goodbye.
  bool ended_by_close = error == asio::ssl::error::stream_truncated && parser.is_header_done()
                        && !parser.content_length() && !parser.chunked();
  if (error && !ended_by_close) {
    with.reusable = false;
    co_return transport_error{transport_error::kind::interrupted, error.message()};
  }
  auto response = parser.release();
  with.reusable = response.keep_alive() && !ended_by_close;
  co_return https_response{static_cast<int>(response.result_int()), std::string{response.reason()},
                           std::move(response.body()), with.host};
}

awaitable<https_result> https_client::send(https_request wanted) {
  auto deadline = clock::now() + wanted.timeout;
  // Only a GET may meet a connection that the server has just closed: it can be sent again.
  if (auto reused = wanted.method == "GET" ? take_idle() : nullptr) {
    auto result = co_await exchange(*reused, wanted, deadline);
    if (std::holds_alternative<https_response>(result) || clock::now() >= deadline) {
      keep(std::move(reused));
      co_return result;
    }
  }
  auto connected = co_await connect(deadline);
  if (auto* error = std::get_if<transport_error>(&connected))
    co_return std::move(*error);
  auto made = std::move(std::get<connection_ptr>(connected));
  auto result = co_await exchange(*made, wanted, deadline);
  keep(std::move(made));
  co_return result;
}

} // namespace berth::net
