#include "actors/log.hpp"
#include "adapters/guacamole/auth_json.hpp"
#include "adapters/mail/mail_settings.hpp"
#include "adapters/net/network.hpp"
#include "adapters/proxmox/guest_address.hpp"
#include "adapters/proxmox/pve_fault.hpp"
#include "adapters/proxmox/pve_form.hpp"
#include "adapters/proxmox/pve_route.hpp"
#include "domain/time.hpp"
#include "domain/ulid.hpp"
#include "eventstore/hash_chain.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <cctype>

using namespace berth;
using fuzz::require;

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void check_time(const std::string& text) {
  auto at = domain::parse_rfc3339(text);
  if (!at)
    return;
  auto written = domain::to_rfc3339(*at);
  require(written.size() == 24 && domain::parse_rfc3339(written) == at,
          "a time is written as it was read");
  require(written.substr(0, 19) == text.substr(0, 19), "no time is another one");
}

void check_ulid(const std::string& text) {
  auto id = domain::parse_ulid(text);
  if (!id)
    return;
  require(lower(domain::to_string(*id)) == lower(text), "an id is written as it was read");
  require(domain::time_of(*id) >= domain::time_point{}, "an id is not older than 1970");
}

void check_digest(const std::string& text) {
  if (auto hash = eventstore::parse_digest(text))
    require(eventstore::to_hex(*hash) == lower(text), "a digest is written as it was read");
}

void check_network(const std::string& text, const std::string& forwarded_for) {
  std::vector<net::network> trusted{net::network{"192.0.2.0/24"}};
  try {
    trusted.emplace_back(text);
  } catch (const std::runtime_error& refused) {
    require(std::string{refused.what()}.find(text.c_str()) != std::string::npos,
            "a refusal names the text that is no network");
  }
  auto peer = net::asio::ip::make_address("192.0.2.1");
  auto client = net::client_behind(peer, forwarded_for, trusted);
  net::error_code malformed;
  net::asio::ip::make_address(client, malformed);
  require(!malformed, "whoever asks has an address");
}

void check_form(const std::string& text) {
  auto encoded = proxmox::percent_encode(text);
  require(encoded.find_first_of("&=+;, \r\n") == std::string::npos,
          "nothing is left that separates parameters");
  auto decoded = boost::urls::make_pct_string_view(encoded);
  require(decoded && decoded->decode() == text, "what is encoded can be decoded");
}

void check_words(const std::string& text) {
  auto key = guacamole::is_json_key(text);
  require(!key || text.size() == 32, "a key has 128 bits");
  auto failed = proxmox::classify_task(text);
  require(failed.text == "Proxmox: " + text, "a task's last words are passed on");
  auto mac = proxmox::mac_of(text);
  require(mac.find(',') == std::string::npos && mac == lower(mac), "a MAC is in lower case");
  proxmox::task_succeeded(text);
  proxmox::task_vanished(text);
  auto route = proxmox::route_of("GET", "/nodes/" + text);
  require(route.starts_with("GET /nodes/{node}"), "a metric does not name nodes");
  auto level = actors::parse_log_level(text);
  require(!level || text.size() <= 5, "a level of the log is one of four words");
  auto fault = mail::fault_of({.url = text, .from = text, .to = {text}});
  require(!fault || !fault->empty(), "a refusal has a reason");
}

} // namespace

/// Two lines, each read as everything that is written as one word or line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  auto text = input.line();
  check_time(text);
  check_ulid(text);
  check_digest(text);
  check_network(text, input.rest());
  check_form(text);
  check_words(text);
  return 0;
}
