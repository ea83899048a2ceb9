#pragma once

#include "adapters/net/asio.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <list>
#include <memory>

namespace berth::net {

class deadline;

/// Closes sockets that take too long. One timer looks at all of them: one for each read and write
/// costs as much as reading a request. Runs on the thread of `io`.
class deadlines : public std::enable_shared_from_this<deadlines> {
public:
  using clock = std::chrono::steady_clock;
  /// From one look to the next. A socket is closed up to twice as much later than it should be.
  static constexpr std::chrono::milliseconds precision{250};

  explicit deadlines(asio::io_context& io) : timer_(io) {}

  /// Closes what should have been done by `now`. The timer calls it.
  void close_late(clock::time_point now);

private:
  friend class deadline;
  struct watched {
    tcp::socket* what;
    clock::time_point until;
  };

  void look_later();

  asio::steady_timer timer_; ///< runs while there is something to look at
  std::list<watched> all_;
  clock::time_point now_; ///< when it looked last
};

/// One socket's. The socket must live as long.
class deadline {
public:
  deadline(std::shared_ptr<deadlines> among, tcp::socket& what);
  ~deadline();
  deadline(const deadline&) = delete;
  deadline& operator=(const deadline&) = delete;

  void expires_after(deadlines::clock::duration limit);
  void expires_never();

private:
  std::shared_ptr<deadlines> among_;
  std::list<deadlines::watched>::iterator me_;
};

} // namespace berth::net
