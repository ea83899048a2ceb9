#include "adapters/mail/mail_message.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace berth;
using namespace berth::mail;

namespace {

constexpr domain::time_point nine{
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 3}.time_since_epoch()
    + std::chrono::hours{9} + std::chrono::milliseconds{5'999}};

} // namespace

TEST_CASE("mail: dates are those of RFC 5322") {
  CHECK(to_mail_date(nine) == "Tue, 3 Nov 2026 09:00:05 +0000");
}

TEST_CASE("mail: a short ASCII subject stays as it is, any other is encoded") {
  CHECK(to_header_text("Berth: 3 alerts") == "Berth: 3 alerts");
  CHECK(to_header_text("Müller") == "=?UTF-8?B?TcO8bGxlcg==?=");
  CHECK(to_header_text("=?odd?=") == "=?UTF-8?B?PT9vZGQ/PQ==?=");
}

TEST_CASE("mail: a long subject is folded, and no character is cut in two") {
  std::string subject;
  for (int i = 0; i < 40; ++i)
    subject += "€";
  auto folded = to_header_text(subject);
  // 45 bytes are 15 signs of three bytes each, and 44 are not.
  CHECK(folded.find("=?UTF-8?B?4oKs") == 0);
  std::size_t words = 0;
  for (std::size_t at = 0; (at = folded.find("=?UTF-8?B?4oKs", at)) != std::string::npos; ++at)
    ++words;
  CHECK(words == 3);
  CHECK(to_header_text("a" + subject).find("\r\n =?UTF-8?B?4oKs") != std::string::npos);
}

TEST_CASE("mail: nothing in a subject begins a header of its own") {
  mail_message message{"berth@example.org", {"ops@example.org"}, "one\r\nBcc: two", "", nine, "id"};
  auto text = to_rfc5322(message);
  CHECK(text.find("Subject: one  Bcc: two\r\n") != std::string::npos);
  CHECK(text.find("\r\nBcc") == std::string::npos);
}
