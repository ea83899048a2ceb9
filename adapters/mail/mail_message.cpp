#include "adapters/mail/mail_message.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace berth::mail {

namespace {

/// Of base 64, in one line of the body or one encoded word.
constexpr std::size_t bytes_per_line = 57;
constexpr std::size_t bytes_per_word = 45;
constexpr std::size_t longest_plain_header = 65;

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  // It writes a zero behind the text, where a string has one anyway.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// As much of `text` as an encoded word may hold; no character is cut in two.
std::size_t length_of_word(std::string_view text) {
  if (text.size() <= bytes_per_word)
    return text.size();
  auto length = bytes_per_word;
  while (length > 0 && continues_character(text[length]))
    --length;
  return length > 0 ? length : bytes_per_word; // No text at all: cut it anywhere.
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
}

std::string body_of(std::string_view text) {
  std::string with_crlf;
  for (char c : text) {
    if (c == '\n')
      with_crlf += '\r';
    if (c != '\r')
      with_crlf += c;
  }
  std::string lines;
  for (std::size_t at = 0; at < with_crlf.size(); at += bytes_per_line)
    lines += base64(std::string_view{with_crlf}.substr(at, bytes_per_line)) + "\r\n";
  return lines;
}

} // namespace

std::string to_mail_date(domain::time_point at) {
  using namespace std::chrono;
  constexpr std::string_view weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss clock{floor<seconds>(at - day)};
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", weekdays[weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string to_header_text(std::string_view text) {
  std::string clean{text};
  std::ranges::replace_if(clean, is_control, ' ');
  bool is_ascii = std::ranges::none_of(clean, [](char c) { return (c & 0x80) != 0; });
  if (is_ascii && clean.size() <= longest_plain_header && clean.find("=?") == std::string::npos)
    return clean;
  std::string words;
  for (std::string_view rest{clean}; !rest.empty();) {
    auto length = length_of_word(rest);
    words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(rest.substr(0, length));
    words += "?=";
    rest.remove_prefix(length);
  }
  return words;
}

std::string to_rfc5322(const mail_message& message) {
  return fmt::format("Date: {}\r\n"
                     "Message-ID: <{}>\r\n"
                     "From: Berth <{}>\r\n"
                     "To: {}\r\n"
                     "Subject: {}\r\n"
                     "Auto-Submitted: auto-generated\r\n" // No robot shall answer.
                     "MIME-Version: 1.0\r\n"
                     "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: base64\r\n"
                     "\r\n{}",
                     to_mail_date(message.date), message.id, message.from,
                     fmt::join(message.to, ",\r\n "), to_header_text(message.subject),
                     body_of(message.text));
}

} // namespace berth::mail
