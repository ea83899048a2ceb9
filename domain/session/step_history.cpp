#include "domain/session/step_history.hpp"

#include <utility>

namespace berth::domain {

namespace {

/// `before` is the attempt of the step before: what follows provisioning still belongs to it.
std::uint32_t attempt_of(const session& s, std::uint32_t before) {
  if (const auto* made = std::get_if<provisioning>(&s.phase))
    return made->attempt;
  if (const auto* sought = std::get_if<placing>(&s.phase); sought && sought->attempt > 1)
    return sought->attempt;
  return before;
}

} // namespace

void step_history::take(const session_event& happened, time_point at) {
  session_ = evolve(std::move(session_), happened, at);
  auto name = step_name(session_);
  auto attempt = attempt_of(session_, steps_.empty() ? 0 : steps_.back().attempt);
  if (!steps_.empty()) {
    if (steps_.back().name == name && steps_.back().attempt == attempt)
      return;
    steps_.back().ended_at = at;
  }
  steps_.push_back({std::string{name}, attempt, at, std::nullopt});
  if (const auto* done = std::get_if<over>(&session_.phase); done && done->closed)
    steps_.back().ended_at = at;
}

} // namespace berth::domain
