#include "adapters/mail/smtp_mailer_actor.hpp"

#include "actors/errors.hpp"
#include "adapters/mail/mail_message.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace berth::mail {

namespace {

constexpr long connect_timeout_s = 10;
constexpr long whole_timeout_s = 60;
constexpr std::size_t longest_words = 500;

struct free_handle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using handle = std::unique_ptr<CURL, free_handle>;

struct free_list {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using string_list = std::unique_ptr<curl_slist, free_list>;

std::string in_brackets(const std::string& address) {
  return '<' + address + '>';
}

/// What curl has not sent yet.
std::size_t give(char* buffer, std::size_t size, std::size_t count, void* from) {
  auto& rest = *static_cast<std::string_view*>(from);
  auto given = rest.copy(buffer, size * count);
  rest.remove_prefix(given);
  return given;
}

/// Keeps the last line in which the server has refused something.
std::size_t hear(char* data, std::size_t, std::size_t size, void* into) {
  std::string_view line{data, size};
  line = line.substr(0, line.find_last_not_of("\r\n") + 1);
  if (line.starts_with('4') || line.starts_with('5'))
    static_cast<std::string*>(into)->assign(line.substr(0, longest_words));
  return size;
}

string_list recipients_of(const mail_settings& settings) {
  string_list list;
  for (const auto& address : settings.to)
    list.reset(curl_slist_append(list.release(), in_brackets(address).c_str()));
  return list;
}

void set_server(CURL* to, const mail_settings& settings) {
  curl_easy_setopt(to, CURLOPT_NOSIGNAL, 1L); // Signals and threads do not go together.
  curl_easy_setopt(to, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(to, CURLOPT_TIMEOUT, whole_timeout_s);
  curl_easy_setopt(to, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(to, CURLOPT_PROXY, ""); // Whatever the environment says.
  curl_easy_setopt(to, CURLOPT_URL, settings.url.c_str());
  curl_easy_setopt(to, CURLOPT_USE_SSL,
                   static_cast<long>(settings.require_tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!settings.ca_file.empty())
    curl_easy_setopt(to, CURLOPT_CAINFO, settings.ca_file.c_str());
  if (settings.user.empty())
    return;
  curl_easy_setopt(to, CURLOPT_USERNAME, settings.user.c_str());
  curl_easy_setopt(to, CURLOPT_PASSWORD, settings.password.reveal().c_str());
}

/// The server's own words when it has refused something.
std::string describe(CURLcode code, const char* details, const std::string& refusal) {
  if (!refusal.empty())
    return "the mail server refuses: " + refusal;
  return std::string{"the mail server cannot be used: "}
         + (*details ? details : curl_easy_strerror(code));
}

/// Nothing when the server has taken it.
std::optional<std::string> send(const mail_settings& settings, const std::string& message) {
  handle connection{curl_easy_init()};
  if (!connection)
    return "curl cannot be started";
  auto* to = connection.get();
  auto sender = in_brackets(settings.from);
  auto recipients = recipients_of(settings);
  std::string_view rest{message};
  std::string refusal;
  std::array<char, CURL_ERROR_SIZE> details{};
  set_server(to, settings);
  curl_easy_setopt(to, CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(to, CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(to, CURLOPT_MAIL_RCPT, recipients.get());
  // One address that is not good any more must not keep the mail from the others.
  curl_easy_setopt(to, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt(to, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(to, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(to, CURLOPT_READDATA, &rest);
  curl_easy_setopt(to, CURLOPT_HEADERFUNCTION, hear);
  curl_easy_setopt(to, CURLOPT_HEADERDATA, &refusal);
  if (auto code = curl_easy_perform(to); code != CURLE_OK)
    return describe(code, details.data(), refusal);
  return std::nullopt;
}

/// Unique without asking anybody, in the name of the sender's domain.
std::string new_message_id(const std::string& from) {
  std::array<unsigned char, 16> random{};
  RAND_bytes(random.data(), static_cast<int>(random.size()));
  return fmt::format("{:02x}{}", fmt::join(random, ""), from.substr(from.find('@')));
}

} // namespace

actors::mailer_actor::behavior_type smtp_mailer(actors::mailer_actor::pointer,
                                                mail_settings settings,
                                                std::function<domain::time_point()> now) {
  return {
      [settings = std::move(settings),
       now = std::move(now)](const actors::send_mail& m) -> caf::result<actors::mail_taken> {
        auto message = to_rfc5322({.from = settings.from,
                                   .to = settings.to,
                                   .subject = m.subject,
                                   .text = m.text,
                                   .date = now(),
                                   .id = new_message_id(settings.from)});
        if (auto why = send(settings, message))
          return make_error(actors::errc::mail_refused, *why);
        return actors::mail_taken{};
      },
  };
}

} // namespace berth::mail
