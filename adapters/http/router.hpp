#pragma once

#include "adapters/http/authorize.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace berth::http {

struct exchange;

/// One row of the route table.
struct route {
  constexpr route() = default;
  /// `what` is the method and the pattern of the path, as in `GET /sessions/*`.
  constexpr route(std::string_view what, std::optional<action> who_may, void (*does)(exchange))
      : name(what), method(what.substr(0, what.find(' '))),
        pattern(what.substr(what.find(' ') + 1)), fixed(pattern.substr(0, pattern.find('*'))),
        needs(who_may), handle(does) {}

  std::string_view name;
  std::string_view method;
  std::string_view pattern;    ///< `*` takes one segment
  std::string_view fixed;      ///< what all of its paths begin with
  std::optional<action> needs; ///< nothing: anyone may call
  void (*handle)(exchange) = nullptr;
};

/// The API, whole.
std::span<const route> routes();

/// A route, and what stands at its `*`; empty when it has none.
struct found_route {
  route to;
  std::string parameter;
};
/// The path is known, the method is not one of its own.
struct wrong_method {
  std::string allowed; ///< for the Allow header
};
struct no_such_path {};

using routed = std::variant<found_route, wrong_method, no_such_path>;

/// Finds the row. `target` may carry a query; `/api/v1` before the path changes nothing.
routed find_route(std::string_view method, std::string_view target);

} // namespace berth::http
