#include "adapters/mail/mail_settings.hpp"

#include <algorithm>
#include <string_view>

namespace berth::mail {

namespace {

/// Goes into commands and headers as it is, so that nothing in it may end either.
bool is_plain_address(std::string_view text) {
  auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != ','; };
  auto at = text.find('@');
  return std::ranges::all_of(text, is_plain) && at != std::string_view::npos && at > 0
         && at + 1 < text.size();
}

} // namespace

std::optional<std::string> fault_of(const mail_settings& settings) {
  bool in_tls = settings.url.starts_with("smtps://");
  if (!in_tls && !settings.url.starts_with("smtp://"))
    return "the mail server's url begins with smtp:// or smtps://";
  if (!is_plain_address(settings.from))
    return "the sender of mail is no plain address: " + settings.from;
  if (settings.to.empty())
    return "nobody would get the mail: name at least one address";
  for (const auto& address : settings.to)
    if (!is_plain_address(address))
      return "a recipient of mail is no plain address: " + address;
  if (!settings.user.empty() && !in_tls && !settings.require_tls)
    return "the password of the mail server would be sent in clear text: require TLS";
  return std::nullopt;
}

} // namespace berth::mail
