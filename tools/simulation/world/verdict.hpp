#pragma once

#include "tools/simulation/world/trace.hpp"

#include <optional>
#include <string>

namespace berth::simulation {

/// A promise that was not kept.
struct violation {
  std::string rule; ///< its short name
  std::string text; ///< how it was broken
};

/// Takes the first violation of a world, which ends it.
class verdict {
public:
  explicit verdict(trace& to) : trace_{to} {}

  void broken(std::string rule, std::string text) {
    trace_.note("BROKEN " + rule + ": " + text);
    if (!first_)
      first_ = violation{std::move(rule), std::move(text)};
  }

  void require(bool kept, const char* rule, const std::string& text) {
    if (!kept)
      broken(rule, text);
  }

  const std::optional<violation>& first() const { return first_; }

private:
  trace& trace_;
  std::optional<violation> first_;
};

} // namespace berth::simulation
