#include "adapters/http/http_date.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

namespace berth::http {

std::string http_date(domain::time_point at) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto day = floor<days>(at);
  year_month_day date{day};
  hh_mm_ss clock{floor<seconds>(at - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     weekdays[weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

} // namespace berth::http
