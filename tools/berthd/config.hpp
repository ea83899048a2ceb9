#pragma once

#include "actors/journal_actor.hpp"
#include "actors/log.hpp"
#include "adapters/guacamole/guacamole_settings.hpp"
#include "adapters/http/server_limits.hpp"
#include "adapters/mail/mail_settings.hpp"
#include "adapters/net/network.hpp"
#include "adapters/proxmox/proxmox_settings.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace berth::berthd {

/// Everything that an operator can set.
struct config {
  std::string listen = "127.0.0.1:8080";
  std::string tls_certificate; ///< PEM file; empty: plain HTTP
  std::string tls_key;
  std::vector<net::network> trusted_proxies; ///< whose X-Forwarded-For is believed
  http::server_limits limits;
  std::filesystem::path web; ///< where the build of the web application is; empty: the API alone
  std::filesystem::path data_directory = "/var/lib/berth";
  proxmox::proxmox_settings proxmox;
  std::optional<guacamole::guacamole_settings> guacamole; ///< nothing: there are no desktops
  std::optional<mail::mail_settings> mail; ///< nothing: alerts are errors in the log alone
  actors::vmid_range vmids;
  std::chrono::milliseconds sample_period{10'000};
  actors::log_level log_level = actors::log_level::info;
};

/// Names the file, the line and the key, and says what is wanted.
struct config_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads berth.toml, then lets PROXMOX_HOST, PROXMOX_PORT, PROXMOX_TOKEN_ID and
/// PROXMOX_TOKEN_SECRET of the environment override it. Unknown keys, wrong types and missing
/// essentials are config_errors.
config load_config(const std::filesystem::path& file);

} // namespace berth::berthd
