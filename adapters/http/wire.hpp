#pragma once

#include "adapters/http/problem.hpp"
#include "adapters/http/server.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <vector>

/// Requests and responses as HTTP/1.1 writes them, without a connection.
namespace berth::http {

using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// What reading a request came to.
struct received {
  std::shared_ptr<api_call> call;      ///< null: nobody has asked anything
  std::optional<api_response> refusal; ///< to send before hanging up
  bool keep_alive = false;
};

/// A name for one request, in logs and in its answer: 16 hex digits.
std::string fresh_request_id();

/// The answer to a request that never reached the facade.
api_response refuse(int status, std::string type, std::string title, std::string detail,
                    const api_call& call);

/// To be called before the parser is given anything.
void limit(request_parser& parser, const server_limits& limits);

/// What a request comes to that could not be read to its end.
received refuse_request(const request_parser& stopped, const net::error_code& why);

/// What a request comes to that is refused for its header, before its body is read; nothing when it
/// may go on.
std::optional<received> refuse_header(const request_parser& header);

/// What a request comes to that was read to its end and not refused; takes it out of the parser.
/// `peer` has sent it, and is believed about X-Forwarded-For when it is one of `trusted_proxies`.
received read_request(request_parser& done, const net::asio::ip::address& peer,
                      const std::vector<net::network>& trusted_proxies);

/// Status line and header fields of a response, with those that every response has unless `fields`
/// say something else of them; the empty line after them is not there yet.
std::string begin_response(int status, const header_fields& fields, const std::string& request_id,
                           domain::time_point now);

/// The whole answer to `call`, as it is sent.
std::string to_wire(const api_response& from, const api_call& call, bool keep_alive,
                    domain::time_point now);

} // namespace berth::http
