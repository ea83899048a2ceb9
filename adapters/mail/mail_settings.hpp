#pragma once

#include "domain/secret.hpp"

#include <optional>
#include <string>
#include <vector>

namespace berth::mail {

/// The mail server, and who writes to whom by way of it.
struct mail_settings {
  std::string url;         ///< `smtp://host:587` or `smtps://host:465`
  bool require_tls = true; ///< STARTTLS or no mail; without it smtp:// is in clear text
  std::string ca_file;     ///< PEM; empty: the certificates that the system trusts
  std::string user;        ///< empty: the server takes mail without authentication
  domain::secret password;
  std::string from; ///< plain addresses, such as `berth@example.org`
  std::vector<std::string> to;
};

/// Why such settings cannot work; nothing when they may.
std::optional<std::string> fault_of(const mail_settings& settings);

} // namespace berth::mail
