#include "tools/berthd/config.hpp"

#include "adapters/guacamole/auth_json.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>

namespace berth::berthd {

namespace {

/// One table of the file, and the keys that were asked of it.
class section {
public:
  section(const toml::table& root, const std::string& file, std::string name)
      : file_(file), name_(std::move(name)) {
    const auto* found = root.get(name_);
    if (found && !found->is_table())
      fail(*found, "[" + name_ + "] must be a table");
    table_ = found ? found->as_table() : nullptr;
  }

  std::string text(const char* key, std::string otherwise) {
    const auto* found = find(key);
    if (!found)
      return otherwise;
    if (!found->is_string())
      fail(*found, name_ + "." + key + " must be a string");
    return found->as_string()->get();
  }

  std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t least,
                       std::int64_t most) {
    const auto* found = find(key);
    if (!found)
      return otherwise;
    if (!found->is_integer() || found->as_integer()->get() < least
        || found->as_integer()->get() > most)
      fail(*found,
           fmt::format("{}.{} must be a whole number from {} to {}", name_, key, least, most));
    return found->as_integer()->get();
  }

  bool flag(const char* key, bool otherwise) {
    const auto* found = find(key);
    if (!found)
      return otherwise;
    if (!found->is_boolean())
      fail(*found, name_ + "." + key + " must be true or false");
    return found->as_boolean()->get();
  }

  std::vector<std::string> texts(const char* key) {
    std::vector<std::string> all;
    const auto* found = find(key);
    if (!found)
      return all;
    if (!found->is_array())
      fail(*found, name_ + "." + key + " must be an array of strings");
    for (const auto& element : *found->as_array()) {
      if (!element.is_string())
        fail(element, name_ + "." + key + " must hold strings alone");
      all.push_back(element.as_string()->get());
    }
    return all;
  }

  bool exists() const { return table_ != nullptr; }

  /// A misspelt key must not pass for one left out.
  void refuse_others() const {
    if (!table_)
      return;
    for (const auto& [key, value] : *table_)
      if (!known_.contains(std::string{key.str()}))
        fail(value, name_ + "." + std::string{key.str()} + " is not a setting");
  }

  [[noreturn]] void fail(const toml::node& at, const std::string& why) const {
    throw config_error{fmt::format("{}:{}: {}", file_, at.source().begin.line, why)};
  }

private:
  const toml::node* find(const char* key) {
    known_.insert(key);
    return table_ ? table_->get(key) : nullptr;
  }

  std::string file_;
  std::string name_;
  const toml::table* table_ = nullptr;
  std::set<std::string> known_;
};

std::string environment(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

/// The first line of the file.
std::string read_secret(const std::string& setting, const std::string& file) {
  if (file.empty())
    throw config_error{setting + " must name a file"};
  std::ifstream from{file};
  std::string secret;
  if (!std::getline(from, secret) || secret.empty())
    throw config_error{setting + ": cannot read a secret from " + file};
  return secret;
}

std::uint16_t port_from_environment(std::int64_t otherwise) {
  auto text = environment("PROXMOX_PORT");
  if (text.empty())
    return static_cast<std::uint16_t>(otherwise);
  std::uint16_t port = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || port == 0)
    throw config_error{"PROXMOX_PORT must be a port from 1 to 65535"};
  return port;
}

bool is_fingerprint(const std::string& text) {
  constexpr std::size_t pairs = 32;
  if (text.size() != pairs * 3 - 1)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i % 3 == 2 ? text[i] != ':' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  return true;
}

void read_proxmox(section& from, config& into) {
  auto& to = into.proxmox;
  auto hosts = from.texts("hosts");
  auto port = port_from_environment(from.integer("port", 8006, 1, 65535));
  if (auto host = environment("PROXMOX_HOST"); !host.empty())
    hosts = {host};
  for (const auto& host : hosts)
    to.https.hosts.push_back({host, port});
  to.https.fingerprints = from.texts("fingerprints");
  for (auto& fingerprint : to.https.fingerprints) {
    std::ranges::transform(fingerprint, fingerprint.begin(),
                           [](unsigned char c) { return std::toupper(c); });
    if (!is_fingerprint(fingerprint))
      throw config_error{"proxmox.fingerprints: '" + fingerprint
                         + "' is not a SHA-256 fingerprint of the form AA:BB:..."};
  }
  to.https.ca_file = from.text("ca_file", "");
  to.token_id = from.text("token_id", "");
  auto secret_file = from.text("token_secret_file", "");
  if (auto id = environment("PROXMOX_TOKEN_ID"); !id.empty())
    to.token_id = id;
  auto secret = environment("PROXMOX_TOKEN_SECRET");
  if (secret.empty() && !secret_file.empty())
    secret = read_secret("proxmox.token_secret_file", secret_file);
  to.token_secret = domain::secret{secret};
  to.poll_period = std::chrono::milliseconds{from.integer("poll_period_ms", 5000, 100, 60'000)};
  to.clones_at_once = static_cast<std::size_t>(from.integer("clones_at_once", 4, 1, 64));
  to.full_clone = from.flag("full_clone", false);
  to.storage = from.text("storage", "");
  to.pool = from.text("pool", "");
}

std::string read_url(section& from, const std::string& key) {
  auto url = from.text(key.c_str(), "");
  bool is_web = url.starts_with("http://") || url.starts_with("https://");
  if (!url.empty() && (!is_web || url.ends_with('/')))
    throw config_error{"guacamole." + key
                       + " must begin with http:// or https:// and not end with a slash"};
  return url;
}

guacamole::connection_source read_source(section& from) {
  auto name = from.text("source", "json");
  if (name == "json")
    return guacamole::connection_source::json;
  if (name == "database")
    return guacamole::connection_source::database;
  throw config_error{"guacamole.source must be json or database"};
}

guacamole::guacamole_settings read_guacamole(section& from) {
  guacamole::guacamole_settings read{.source = read_source(from),
                                     .url = read_url(from, "url"),
                                     .public_url = read_url(from, "public_url"),
                                     .ca_file = from.text("ca_file", ""),
                                     .data_source = from.text("data_source", ""),
                                     .account = from.text("account", "")};
  auto key_file = from.text("json_key_file", "");
  auto password_file = from.text("password_file", "");
  if (read.url.empty())
    throw config_error{"no Guacamole: set guacamole.url"};
  if (read.source == guacamole::connection_source::json) {
    auto key = read_secret("guacamole.json_key_file", key_file);
    if (!guacamole::is_json_key(key))
      throw config_error{"guacamole.json_key_file: " + key_file + " must hold 32 hex digits"};
    read.json_key = domain::secret{std::move(key)};
  } else {
    if (read.data_source.empty() || read.account.empty())
      throw config_error{"guacamole.data_source and guacamole.account are needed for a database"};
    read.password = domain::secret{read_secret("guacamole.password_file", password_file)};
  }
  return read;
}

mail::mail_settings read_mail(section& from) {
  mail::mail_settings read{.url = from.text("url", ""),
                           .require_tls = from.flag("require_tls", true),
                           .ca_file = from.text("ca_file", ""),
                           .user = from.text("user", ""),
                           .from = from.text("from", ""),
                           .to = from.texts("to")};
  auto password_file = from.text("password_file", "");
  if (read.user.empty() != password_file.empty())
    throw config_error{"mail.user and mail.password_file go together"};
  if (!password_file.empty())
    read.password = domain::secret{read_secret("mail.password_file", password_file)};
  if (auto fault = mail::fault_of(read))
    throw config_error{"[mail]: " + *fault};
  return read;
}

std::vector<net::network> read_networks(const std::string& key,
                                        const std::vector<std::string>& texts) {
  std::vector<net::network> read;
  for (const auto& text : texts) {
    try {
      read.emplace_back(text);
    } catch (const std::runtime_error& why) {
      throw config_error{key + ": " + why.what()};
    }
  }
  return read;
}

void read_limits(section& from, http::server_limits& to) {
  auto read = [&from](const char* key, std::size_t otherwise, std::int64_t most) {
    return static_cast<std::size_t>(
        from.integer(key, static_cast<std::int64_t>(otherwise), 1, most));
  };
  constexpr std::int64_t most_connections = 60'000;
  to.connections = read("connections", to.connections, most_connections);
  to.connections_per_address =
      read("connections_per_address", to.connections_per_address, most_connections);
  to.streams_per_user = read("streams_per_user", to.streams_per_user, most_connections);
}

void require_essentials(const config& given) {
  if (given.proxmox.https.hosts.empty())
    throw config_error{"no Proxmox host: set proxmox.hosts or PROXMOX_HOST"};
  if (given.proxmox.token_id.empty() || given.proxmox.token_id.find('!') == std::string::npos)
    throw config_error{"no API token: set proxmox.token_id or PROXMOX_TOKEN_ID to user@realm!name"};
  if (given.proxmox.token_secret.empty())
    throw config_error{"no token secret: set proxmox.token_secret_file or PROXMOX_TOKEN_SECRET"};
  if (given.vmids.first > given.vmids.last)
    throw config_error{"sessions.vmid_first is greater than sessions.vmid_last"};
  if (given.tls_certificate.empty() != given.tls_key.empty())
    throw config_error{"server.tls_certificate and server.tls_key go together"};
}

} // namespace

config load_config(const std::filesystem::path& file) {
  toml::table root;
  try {
    root = toml::parse_file(file.string());
  } catch (const toml::parse_error& why) {
    throw config_error{
        fmt::format("{}:{}: {}", file.string(), why.source().begin.line, why.description())};
  }
  config read;
  auto name = file.string();
  section server{root, name, "server"};
  read.listen = server.text("listen", read.listen);
  read.tls_certificate = server.text("tls_certificate", "");
  read.tls_key = server.text("tls_key", "");
  read.trusted_proxies = read_networks("server.trusted_proxies", server.texts("trusted_proxies"));
  read.web = server.text("web", "");
  read_limits(server, read.limits);
  section data{root, name, "data"};
  read.data_directory = data.text("directory", read.data_directory.string());
  section cluster{root, name, "proxmox"};
  read_proxmox(cluster, read);
  section desktops{root, name, "guacamole"};
  if (desktops.exists())
    read.guacamole = read_guacamole(desktops);
  section alerts{root, name, "mail"};
  if (alerts.exists())
    read.mail = read_mail(alerts);
  section sessions{root, name, "sessions"};
  constexpr std::int64_t greatest_vmid = 999'999'999;
  read.vmids.first.value = static_cast<std::uint32_t>(
      sessions.integer("vmid_first", read.vmids.first.value, 100, greatest_vmid));
  read.vmids.last.value = static_cast<std::uint32_t>(
      sessions.integer("vmid_last", read.vmids.last.value, 100, greatest_vmid));
  section nodes{root, name, "nodes"};
  read.sample_period =
      std::chrono::milliseconds{nodes.integer("sample_period_ms", 10'000, 100, 60'000)};
  section log{root, name, "log"};
  auto level = actors::parse_log_level(log.text("level", "info"));
  if (!level)
    throw config_error{name + ": log.level must be error, warn, info or debug"};
  read.log_level = *level;
  for (const auto* one : {&server, &data, &cluster, &desktops, &alerts, &sessions, &nodes, &log})
    one->refuse_others();
  for (const auto& [key, value] : root) {
    static const std::set<std::string> sections{"server", "data",     "proxmox", "guacamole",
                                                "mail",   "sessions", "nodes",   "log"};
    if (!sections.contains(std::string{key.str()}))
      log.fail(value, "'" + std::string{key.str()} + "' is not a section");
  }
  require_essentials(read);
  return read;
}

} // namespace berth::berthd
