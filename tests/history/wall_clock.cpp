#include <cstdlib>
#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

/// Preloaded into a program, sets its wall clock ahead by WALL_CLOCK_AHEAD seconds, so that deadlines of half an hour are
/// reached within a test. The monotonic clock is left alone: timers take as long as they always do.
extern "C" int clock_gettime(clockid_t which, timespec* now) noexcept {
  static const long ahead = [] {
    const char* text = std::getenv("WALL_CLOCK_AHEAD");
    return text ? std::atol(text) : 0;
  }();
  auto result = static_cast<int>(syscall(SYS_clock_gettime, which, now));
  if (result == 0 && which == CLOCK_REALTIME)
    now->tv_sec += ahead;
  return result;
}
