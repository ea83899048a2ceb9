#pragma once

#include "adapters/net/asio.hpp"

#include <string>

namespace berth::net {

/// A certificate with its private key, both as PEM.
struct certificate {
  std::string chain_pem;
  std::string key_pem;
};

/// A fresh P-256 key with a self-signed certificate for `host` (a name or an address), good for two
/// years. Throws std::runtime_error when OpenSSL fails.
certificate make_self_signed(const std::string& host);

/// Reads both files. Throws std::runtime_error with the file's name.
certificate load_certificate(const std::string& chain_file, const std::string& key_file);

/// TLS 1.2 and 1.3 with `from`'s identity. Throws std::runtime_error for a key that does not fit.
asio::ssl::context server_context(const certificate& from);

/// SHA-256 of the first certificate, as Proxmox writes it: `AA:BB:...`, 32 pairs of upper-case hex
/// digits.
std::string fingerprint(const certificate& of);

/// The same of a certificate that a peer has shown.
std::string fingerprint(const X509* shown);

} // namespace berth::net
