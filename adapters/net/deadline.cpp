#include "adapters/net/deadline.hpp"

#include <utility>

namespace berth::net {

void deadlines::close_late(clock::time_point now) {
  now_ = now;
  for (auto& one : all_)
    if (one.until <= now) {
      error_code ignored;
      one.what->close(ignored);
      one.until = clock::time_point::max();
    }
}

void deadlines::look_later() {
  timer_.expires_at(now_ + precision);
  timer_.async_wait([me = weak_from_this()](error_code cancelled) {
    auto still = me.lock();
    if (!still || cancelled)
      return;
    still->close_late(clock::now());
    if (!still->all_.empty())
      still->look_later();
  });
}

deadline::deadline(std::shared_ptr<deadlines> among, tcp::socket& what) : among_(std::move(among)) {
  auto& all = among_->all_;
  if (all.empty()) {
    among_->now_ = deadlines::clock::now();
    among_->look_later();
  }
  me_ = all.insert(all.end(), {&what, deadlines::clock::time_point::max()});
}

deadline::~deadline() {
  among_->all_.erase(me_);
}

void deadline::expires_after(deadlines::clock::duration limit) {
  // The last look was up to so long ago, and nobody is cut off early.
  me_->until = among_->now_ + limit + deadlines::precision;
}

void deadline::expires_never() {
  me_->until = deadlines::clock::time_point::max();
}

} // namespace berth::net
