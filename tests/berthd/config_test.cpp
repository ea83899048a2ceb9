#include "tools/berthd/config.hpp"

#include "tests/support/temporary_directory.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace berth;
using guacamole::connection_source;

namespace {

const std::string json_key = "4C0B569E4C96DF157EEE1B65DD0E4D41";

/// A configuration with everything that is needed, and what a test adds to it.
struct fixture {
  tests::temporary_directory directory;

  std::string write(const std::string& name, const std::string& text) const {
    auto file = (directory / name).string();
    std::ofstream{file} << text;
    return file;
  }

  berthd::config load(const std::string& more) const {
    auto secret = write("token-secret", "secret\n");
    return berthd::load_config(write("berth.toml", R"([proxmox]
hosts = ["pve1.example.org"]
token_id = "berth@pve!broker"
token_secret_file = ")" + secret + "\"\n" + more));
  }

  guacamole::guacamole_settings desktops(const std::string& keys) const {
    auto loaded = load("[guacamole]\n" + keys);
    REQUIRE(loaded.guacamole);
    return *loaded.guacamole;
  }

  std::string complaint(const std::string& keys) const {
    try {
      desktops(keys);
    } catch (const berthd::config_error& why) {
      return why.what();
    }
    return "none";
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "config: an operator sets how many connections and streams there are") {
  CHECK(load("").limits.connections == 1024);
  CHECK(load("").limits.connections_per_address == 64);
  CHECK(load("").limits.streams_per_user == 5);
  auto set = load(R"(
[server]
connections = 5000
connections_per_address = 100
streams_per_user = 20
)")
                 .limits;
  CHECK(set.connections == 5000);
  CHECK(set.connections_per_address == 100);
  CHECK(set.streams_per_user == 20);
  CHECK_THROWS_AS(load("[server]\nconnections = 0\n"), berthd::config_error);
}

TEST_CASE_FIXTURE(fixture, "config: without a section there are no desktops") {
  CHECK_FALSE(load("").guacamole);
}

TEST_CASE_FIXTURE(fixture,
                  "config: a Guacamole that takes sealed documents needs address and key") {
  auto read = desktops("url = \"http://127.0.0.1:8080/guacamole\"\njson_key_file = \""
                       + write("key", json_key + "\n") + "\"\n");
  CHECK(read.source == connection_source::json);
  CHECK(read.url == "http://127.0.0.1:8080/guacamole");
  CHECK(read.public_url.empty());
  CHECK(read.json_key.reveal() == json_key);
}

TEST_CASE_FIXTURE(fixture, "config: a Guacamole with a database needs an account of it") {
  auto read = desktops(R"(
source = "database"
url = "https://guacamole.example.org/guacamole"
public_url = "https://desktops.example.org"
ca_file = "/etc/berth/ca.pem"
data_source = "postgresql"
account = "berth"
password_file = ")" + write("password", "pw\n")
                       + "\"\n");
  CHECK(read.source == connection_source::database);
  CHECK(read.public_url == "https://desktops.example.org");
  CHECK(read.ca_file == "/etc/berth/ca.pem");
  CHECK(read.data_source == "postgresql");
  CHECK(read.account == "berth");
  CHECK(read.password.reveal() == "pw");
}

TEST_CASE_FIXTURE(fixture,
                  "config: a Guacamole that is not described well is refused with a reason") {
  const std::string url = "url = \"http://g/guacamole\"\n";
  auto short_key = write("short", json_key.substr(1));
  CHECK(complaint("") == "no Guacamole: set guacamole.url");
  CHECK(complaint(url) == "guacamole.json_key_file must name a file");
  CHECK(complaint(url + "json_key_file = \"" + short_key + "\"")
        == "guacamole.json_key_file: " + short_key + " must hold 32 hex digits");
  CHECK(complaint(url + "source = \"ldap\"") == "guacamole.source must be json or database");
  CHECK(complaint(url + "source = \"database\"")
        == "guacamole.data_source and guacamole.account are needed for a database");
  for (const auto* wrong : {"g/guacamole", "ftp://g", "http://g/guacamole/"})
    CHECK(complaint("url = \"" + std::string{wrong} + "\"")
          == "guacamole.url must begin with http:// or https:// and not end with a slash");
  CHECK(complaint("link = \"http://g\"\n" + url + "json_key_file = \"" + write("key", json_key)
                  + "\"")
            .ends_with(": guacamole.link is not a setting"));
}

TEST_CASE_FIXTURE(fixture, "config: without a section there is no mail") {
  CHECK_FALSE(load("").mail);
}

TEST_CASE_FIXTURE(fixture, "config: mail needs a server, a sender and somebody to read it") {
  const std::string all = "[mail]\nurl = \"smtp://mail.example.org\"\n"
                          "from = \"berth@example.org\"\nto = [\"ops@example.org\"]\n";
  auto read = load(all).mail;
  REQUIRE(read);
  CHECK(read->url == "smtp://mail.example.org");
  CHECK(read->require_tls);
  CHECK(read->from == "berth@example.org");
  CHECK(read->to == std::vector<std::string>{"ops@example.org"});
  CHECK(read->user.empty());
  CHECK_THROWS_AS(load("[mail]\n"), berthd::config_error);
  CHECK_THROWS_AS(load(all + "user = \"berth\"\n"), berthd::config_error);
  CHECK_THROWS_AS(load(all + "sender = \"berth\"\n"), berthd::config_error);
  auto password = write("mail-password", "pw\n");
  auto with_account = all + "user = \"berth\"\npassword_file = \"" + password + "\"\n";
  CHECK(load(with_account).mail->password.reveal() == "pw");
  CHECK_THROWS_AS(load(with_account + "require_tls = false\n"), berthd::config_error);
}
