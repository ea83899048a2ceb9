#include "domain/time.hpp"

#include <algorithm>

namespace berth::domain {

namespace {

/// The number in exactly these digits; nothing else may stand there.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9')
      return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Writes a number over what stands there, in exactly so many digits.
void fill(std::string& text, std::size_t at, std::size_t count, std::int64_t number) {
  for (auto digit = at + count; digit > at; number /= 10)
    text[--digit] = static_cast<char>('0' + number % 10);
}

} // namespace

std::string to_rfc3339(time_point at) {
  using namespace std::chrono;
  auto day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss clock{at - day};
  std::string text = "0000-00-00T00:00:00.000Z";
  fill(text, 0, 4, std::clamp(static_cast<int>(date.year()), 0, 9999));
  fill(text, 5, 2, static_cast<unsigned>(date.month()));
  fill(text, 8, 2, static_cast<unsigned>(date.day()));
  fill(text, 11, 2, clock.hours().count());
  fill(text, 14, 2, clock.minutes().count());
  fill(text, 17, 2, clock.seconds().count());
  fill(text, 20, 3, clock.subseconds().count());
  return text;
}

std::optional<time_point> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
  int milli = 0;
  std::string plain{text};
  if (text.size() == shape.size() + 4 && text[19] == '.') {
    auto fraction = digits(text, 20, 3);
    if (!fraction)
      return std::nullopt;
    milli = *fraction;
    plain.erase(19, 4);
  }
  if (plain.size() != shape.size())
    return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != 'd' && plain[i] != shape[i])
      return std::nullopt;
  auto y = digits(plain, 0, 4), mo = digits(plain, 5, 2), d = digits(plain, 8, 2);
  auto h = digits(plain, 11, 2), mi = digits(plain, 14, 2), s = digits(plain, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 59)
    return std::nullopt;
  year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok())
    return std::nullopt;
  return sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s} + milliseconds{milli};
}

} // namespace berth::domain
