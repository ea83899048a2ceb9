#pragma once

#include "eventstore/recorded_event.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace berth::actors {

/// Events in the order of the log, or a part of such a list. They never change, and all copies
/// share them: what one commit wrote is handed to everybody who waits for it.
class event_list {
public:
  using value_type = eventstore::recorded_event;

  event_list() = default;
  event_list(std::vector<value_type> events)
      : all_{std::make_shared<const std::vector<value_type>>(std::move(events))},
        first_{all_->data()}, size_{all_->size()} {}

  const value_type* begin() const { return first_; }
  const value_type* end() const { return first_ + size_; }
  const value_type& front() const { return *first_; }
  const value_type& back() const { return first_[size_ - 1]; }
  /// Whether both are the same part of the same list, not whether they say the same.
  bool operator==(const event_list&) const = default;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// `count` events from the one at `from` on; both within the list.
  event_list slice(std::size_t from, std::size_t count) const {
    auto part = *this;
    part.first_ += from;
    part.size_ = count;
    return part;
  }

private:
  std::shared_ptr<const std::vector<value_type>> all_;
  const value_type* first_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace berth::actors
