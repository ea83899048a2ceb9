#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace berth::domain {

/// Why a command is refused.
enum class refusal_code : std::uint8_t {
  invalid = 1,       ///< a value is out of its range
  not_in_this_state, ///< the aggregate has moved on, or is not there yet
  no_capacity,       ///< no node may take one more VM
  unknown,           ///< nothing has this id
};

/// A refusal is a value: a code to act on, and a sentence for a person.
struct refusal {
  refusal_code code{};
  std::string detail;

  bool operator==(const refusal&) const = default;
};

template <class T>
using result = boost::system::result<T, refusal>;

/// Found by Boost when somebody takes the value of a refused result: that is a bug.
[[noreturn]] inline void throw_exception_from_error(const refusal& why,
                                                    const boost::source_location&) {
  throw std::logic_error{why.detail};
}

/// Thrown when an event cannot follow what the log holds before it.
struct corrupt_history : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace berth::domain
