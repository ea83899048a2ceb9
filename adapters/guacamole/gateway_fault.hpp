#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

namespace berth::guacamole {

/// Why Guacamole did not do what it was asked: a sentence for the operator, without secrets.
struct gateway_fault {
  std::string text;
};

template <class T>
using gateway_result = boost::system::result<T, gateway_fault>;

/// Found by Boost when somebody takes the value of a failed result: that is a bug.
[[noreturn]] inline void throw_exception_from_error(const gateway_fault& why,
                                                    const boost::source_location&) {
  throw std::logic_error{why.text};
}

} // namespace berth::guacamole
