#include "tests/fuzz/raw_request.hpp"

#include "tests/fuzz/fuzz_target.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <simdjson.h>

#include <algorithm>

namespace berth::fuzz {

namespace {

namespace wire = boost::beast::http;

constexpr std::size_t longest_answer = 1 << 20;

/// As everything that is shown to a client must be.
simdjson::dom::element parse(simdjson::dom::parser& parser, const std::string& body) {
  simdjson::dom::element json;
  require(parser.parse(body).get(json) == simdjson::SUCCESS, "an answer of JSON can be parsed");
  return json;
}

void check_problem(const http::api_response& response) {
  require(response.content_type == "application/problem+json", "a refusal is a problem");
  simdjson::dom::parser parser;
  auto problem = parse(parser, response.body);
  std::int64_t status = 0;
  require(problem["status"].get(status) == simdjson::SUCCESS && status == response.status,
          "a problem says the status that it has");
  std::string_view type;
  require(problem["type"].get(type) == simdjson::SUCCESS && type.starts_with("/problems/"),
          "a problem has a type");
  if (type != "/problems/invalid-fields")
    return;
  simdjson::dom::array errors;
  require(problem["errors"].get(errors) == simdjson::SUCCESS && errors.size() > 0,
          "a refusal of fields names a field");
  for (auto error : errors) {
    std::string_view pointer;
    std::string_view detail;
    require(error["pointer"].get(pointer) == simdjson::SUCCESS && pointer.starts_with('#')
                && error["detail"].get(detail) == simdjson::SUCCESS && !detail.empty(),
            "each field at fault is pointed at, and told what is wrong");
  }
}

} // namespace

http::received read_request(std::string_view bytes, std::size_t piece) {
  http::request_parser parser;
  http::limit(parser, {});
  std::string buffer;
  net::error_code error;
  while (!parser.is_done() && !error) {
    auto arrived = bytes.substr(0, piece);
    bytes.remove_prefix(arrived.size());
    buffer += arrived;
    if (arrived.empty())
      error = wire::error::partial_message;
    while (!parser.is_done() && !buffer.empty() && !error) {
      bool had_header = parser.is_header_done();
      buffer.erase(0, parser.put(net::asio::buffer(buffer), error));
      if (had_header || !parser.is_header_done())
        continue;
      if (auto refused = http::refuse_header(parser))
        return std::move(*refused);
      parser.eager(true);
    }
    if (error == wire::error::need_more)
      error = {};
  }
  if (error)
    return http::refuse_request(parser, error);
  return http::read_request(parser, net::asio::ip::make_address("192.0.2.1"),
                            {net::network{"192.0.2.0/24"}});
}

void check_response(const http::api_response& response, const http::api_call& call) {
  require(response.status >= 200 && response.status < 600, "an answer has a status");
  for (const auto& [name, value] : response.headers)
    require(std::ranges::none_of(value, [](unsigned char c) { return c < ' ' || c == 0x7f; }),
            "no field of an answer's header holds a control character");
  if (response.status >= 400)
    check_problem(response);
  else if (response.content_type == "application/json") {
    simdjson::dom::parser parser;
    parse(parser, response.body);
  }
  auto text = http::to_wire(response, call, true, {});
  wire::response_parser<wire::string_body> parser;
  parser.body_limit(longest_answer);
  parser.eager(true);
  parser.skip(call.method == "HEAD");
  net::error_code error;
  auto used = parser.put(net::asio::buffer(text), error);
  require(!error && parser.is_done() && used == text.size(), "an answer is one response of HTTP");
  require(parser.get().result_int() == static_cast<unsigned>(response.status),
          "an answer is written with its status");
}

} // namespace berth::fuzz
