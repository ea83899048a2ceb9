#include "adapters/guacamole/auth_json.hpp"

#include "tests/support/temporary_directory.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include <doctest/doctest.h>

using namespace berth;
using guacamole::seal;

namespace {

const std::string key = "4C0B569E4C96DF157EEE1B65DD0E4D41";

/// What a command of the shell writes, which must succeed.
std::string output_of(const std::string& command) {
  auto* from = popen(command.c_str(), "r");
  REQUIRE(from);
  std::string output;
  std::array<char, 4096> part{};
  while (auto size = std::fread(part.data(), 1, part.size(), from))
    output.append(part.data(), size);
  REQUIRE(pclose(from) == 0);
  return output;
}

/// Opens a sealed document by the openssl command, and checks its signature with it.
std::string open_by_command(const std::string& sealed) {
  tests::temporary_directory in;
  auto file = (in.path() / "file").string();
  std::ofstream{file} << sealed;
  auto plain = output_of("openssl enc -d -aes-128-cbc -a -A -K " + key
                         + " -iv 00000000000000000000000000000000 -in " + file);
  auto text = plain.substr(32);
  std::ofstream{file} << text;
  CHECK(output_of("openssl dgst -sha256 -mac HMAC -macopt hexkey:" + key + " -binary " + file)
        == plain.substr(0, 32));
  return text;
}

actors::desktop_connection connection() {
  return {.protocol = domain::desktop_protocol::vnc,
          .address = "10.0.0.5",
          .port = 5900,
          .password = domain::secret{"a \"quoted\" password"},
          .expires_at = domain::time_point{std::chrono::milliseconds{1767225600000}}};
}

} // namespace

TEST_CASE("auth-json: a document is sealed as the recorded one was") {
  CHECK(
      seal(
          domain::secret{
              R"({"username":"s-42","expires":1767225600000,"singleUse":true,"connections":)"
              R"({"vm-9001":{"protocol":"rdp","parameters":{"hostname":"10.0.0.5","port":"3389",)"
              R"("ignore-cert":"true"}}}})"},
          domain::secret{key})
      == "OtN1imZj2Qlu05fK6yisbRm20csCzmbDnGxwHJnUAGnMRrYLVKo9BviY9iWFIZwtgV0oowJe7TlEC4RrlD7ukYnl"
         "qVPhemJEXe213Ja4SV7jkVdA9TLVNGdq6CJ9nsOkEWPBvEvERMtI2NPJhn9pZnE7xudMNcIznUJrPukNGA2FQwZi"
         "pyRXEKqw2bQ5AGLwzcLiG8MBawe/J49NsM1O00sbmHgsx66uX/fLq7n0gdpcI7HAyAfUUWSJn9Jp1432lpl/CxHu"
         "lu9N+Ll5IjWxxL0pQnY6WJFzWlypizT0UGc=");
}

TEST_CASE("auth-json: openssl opens what was sealed, whatever its length") {
  for (std::size_t length : {0, 1, 15, 16, 17, 4000}) {
    CAPTURE(length);
    std::string text(length, 'x');
    CHECK(open_by_command(seal(domain::secret{text}, domain::secret{key})) == text);
  }
}

TEST_CASE("auth-json: the document lets an anonymous person use one connection until it expires") {
  CHECK(guacamole::auth_json("s-1", connection()).reveal()
        == R"({"username":"","expires":1767225600000,"connections":{"s-1":{"protocol":"vnc",)"
           R"("parameters":{"hostname":"10.0.0.5","password":"a \"quoted\" password",)"
           R"("port":"5900"}}}})");
}

TEST_CASE("auth-json: a key has 32 hex digits") {
  CHECK(guacamole::is_json_key(key));
  CHECK(guacamole::is_json_key("0123456789abcdef0123456789ABCDEF"));
  for (const auto* wrong :
       {"", "4C0B", "4C0B569E4C96DF157EEE1B65DD0E4D4G", "4C0B569E4C96DF157EEE1B65DD0E4D411"}) {
    CAPTURE(wrong);
    CHECK_FALSE(guacamole::is_json_key(wrong));
    CHECK_THROWS_AS(seal({}, domain::secret{wrong}), std::invalid_argument);
  }
}
