#include "tests/support/actor_fixture.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <caf/actor_registry.hpp>
#include <caf/atom.hpp>

namespace berth::tests {

namespace {

constexpr std::size_t endless = 1'000'000;

} // namespace

actor_fixture::configuration::configuration() {
  set("scheduler.policy", caf::atom("testing"));
  set("logger.inline-output", true);
}

actor_fixture::actor_fixture(std::uint64_t seed)
    : system_{configuration_}, coordinator_{dynamic_cast<caf::scheduler::test_coordinator&>(
                                   system_.scheduler())},
      order_{seed}, random_{~seed} {
  // The epoch itself means "no time" to CAF's clock.
  coordinator_.clock().current_time += std::chrono::hours{1};
  started_ = coordinator_.clock().now();
}

actor_fixture::~actor_fixture() {
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
    std::fprintf(stderr, "actor_fixture: %zu actors live on without an owner\n", left);
    std::abort();
  }
}

domain::time_point actor_fixture::now() const {
  auto elapsed = coordinator_.clock().now() - started_;
  return start_of_time + std::chrono::duration_cast<domain::duration>(elapsed);
}

std::function<domain::time_point()> actor_fixture::clock() const {
  return [this] { return now(); };
}

std::function<std::uint64_t()> actor_fixture::random() {
  return [this] { return random_(); };
}

bool actor_fixture::step() {
  auto& ready = coordinator_.jobs;
  if (ready.empty())
    return false;
  // The remainder rather than a distribution: those differ between standard libraries.
  auto chosen = ready.begin() + static_cast<std::ptrdiff_t>(order_() % ready.size());
  std::rotate(ready.begin(), chosen, chosen + 1);
  return coordinator_.try_run_once();
}

void actor_fixture::settle() {
  std::size_t steps = 0;
  while (step())
    if (++steps == endless)
      FAIL("the actors never come to rest at one moment of time");
}

bool actor_fixture::step_or_wait() {
  return step() || move_to_next_timer(std::chrono::steady_clock::time_point::max());
}

bool actor_fixture::move_to_next_timer(std::chrono::steady_clock::time_point not_after) {
  auto& clock = coordinator_.clock();
  if (clock.schedule().empty() || clock.schedule().begin()->first > not_after)
    return false;
  auto due = std::max(clock.schedule().begin()->first, clock.now());
  clock.advance_time(due - clock.now());
  return true;
}

bool actor_fixture::fire_next_timer(std::chrono::steady_clock::time_point not_after) {
  if (!move_to_next_timer(not_after))
    return false;
  settle();
  return true;
}

void actor_fixture::advance(domain::duration by) {
  auto end = coordinator_.clock().now() + by;
  settle();
  while (fire_next_timer(end)) {
  }
  coordinator_.clock().current_time = end;
}

bool actor_fixture::advance_until(const std::function<bool()>& done, domain::duration limit) {
  auto end = coordinator_.clock().now() + limit;
  settle();
  while (!done())
    if (!fire_next_timer(end)) {
      coordinator_.clock().current_time = end;
      return false;
    }
  return true;
}

} // namespace berth::tests
