#include "tools/simulation/virtual_actors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <caf/actor_registry.hpp>
#include <caf/atom.hpp>

namespace berth::simulation {

namespace {

constexpr std::size_t endless = 1'000'000;

} // namespace

virtual_actors::configuration::configuration() {
  set("scheduler.policy", caf::atom("testing"));
  set("logger.inline-output", true);
}

virtual_actors::virtual_actors(std::uint64_t seed)
    : system_{configuration_}, coordinator_{dynamic_cast<caf::scheduler::test_coordinator&>(
                                   system_.scheduler())},
      order_{seed}, random_{~seed} {
  // The epoch itself means "no time" to CAF's clock.
  coordinator_.clock().current_time += std::chrono::hours{1};
  started_ = coordinator_.clock().now();
}

virtual_actors::~virtual_actors() {
  // The system waits for its actors, and here nobody else would run them.
  for (const auto& actor : owned_)
    caf::anon_send_exit(actor, caf::exit_reason::kill);
  owned_.clear();
  do {
    coordinator_.clock().cancel_all();
    while (coordinator_.try_run_once()) {
    }
  } while (coordinator_.clock().has_pending_timeout());
  if (auto left = system_.registry().running(); left > 0) {
    std::fprintf(stderr, "virtual_actors: %zu actors live on without an owner\n", left);
    std::abort();
  }
}

domain::time_point virtual_actors::now() const {
  auto elapsed = coordinator_.clock().now() - started_;
  return start_of_time + std::chrono::duration_cast<domain::duration>(elapsed);
}

std::function<domain::time_point()> virtual_actors::clock() const {
  return [this] { return now(); };
}

std::function<std::uint64_t()> virtual_actors::random() {
  return [this] { return random_(); };
}

bool virtual_actors::step() {
  auto& ready = coordinator_.jobs;
  if (ready.empty())
    return false;
  // The remainder rather than a distribution: those differ between standard libraries.
  auto chosen = ready.begin() + static_cast<std::ptrdiff_t>(order_() % ready.size());
  std::rotate(ready.begin(), chosen, chosen + 1);
  return coordinator_.try_run_once();
}

void virtual_actors::settle() {
  std::size_t steps = 0;
  while (step())
    if (++steps == endless)
      throw std::runtime_error{"the actors never come to rest at one moment of time"};
}

bool virtual_actors::step_or_wait() {
  return step() || move_to_next_timer(std::chrono::steady_clock::time_point::max());
}

bool virtual_actors::move_to_next_timer(std::chrono::steady_clock::time_point not_after) {
  auto& clock = coordinator_.clock();
  if (clock.schedule().empty() || clock.schedule().begin()->first > not_after)
    return false;
  auto due = std::max(clock.schedule().begin()->first, clock.now());
  clock.advance_time(due - clock.now());
  return true;
}

bool virtual_actors::fire_next_timer(std::chrono::steady_clock::time_point not_after) {
  if (!move_to_next_timer(not_after))
    return false;
  settle();
  return true;
}

void virtual_actors::advance(domain::duration by) {
  auto end = coordinator_.clock().now() + by;
  settle();
  while (fire_next_timer(end)) {
  }
  coordinator_.clock().current_time = end;
}

bool virtual_actors::advance_until(const std::function<bool()>& done, domain::duration limit) {
  auto end = coordinator_.clock().now() + limit;
  settle();
  while (!done())
    if (!fire_next_timer(end)) {
      coordinator_.clock().current_time = end;
      return false;
    }
  return true;
}

} // namespace berth::simulation
