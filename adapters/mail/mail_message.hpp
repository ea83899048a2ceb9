#pragma once

#include "domain/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace berth::mail {

struct mail_message {
  std::string from; ///< plain addresses
  std::vector<std::string> to;
  std::string subject; ///< UTF-8
  std::string text;    ///< UTF-8, lines end with \n
  domain::time_point date;
  std::string id; ///< unique; without brackets
};

/// The message as SMTP carries it (RFC 5322 and MIME), with CRLF and no line longer than 78 bytes
/// but for addresses. Control characters of the subject become spaces: none of them can begin a
/// header of its own.
std::string to_rfc5322(const mail_message& message);

/// As the Date header has it: `Mon, 23 Nov 2026 09:00:00 +0000`.
std::string to_mail_date(domain::time_point at);

/// The value of a header: as it is when it is short ASCII, else in the encoded words of RFC 2047.
std::string to_header_text(std::string_view text);

} // namespace berth::mail
