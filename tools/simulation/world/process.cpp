#include "tools/simulation/world/process.hpp"

#include "actors/alert_actor.hpp"
#include "actors/errors.hpp"
#include "actors/session_actor.hpp"
#include "adapters/proxmox/proxmox_hypervisor_actor.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/sqlite_read_model.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <caf/actor_registry.hpp>
#include <caf/atom.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace berth::simulation {

namespace {

/// Nobody signs in here.
actors::password_actor::behavior_type no_passwords() {
  return {
      [](const actors::hash_password&) { return actors::password_hashed{}; },
      [](const actors::store_password&) { return actors::password_stored{}; },
      [](const actors::check_password&) { return actors::password_checked{}; },
  };
}

/// Guests of the simulated cluster listen nowhere, so their desktops answer at once.
net::awaitable<bool> answers_at_once(std::string, std::uint32_t) {
  co_return true;
}

eventstore::log_sources sources_of(const process_surroundings& around) {
  auto random = std::make_shared<std::mt19937_64>(around.seed);
  return {[&clock = around.clock] { return clock.wall(); }, [random] { return (*random)(); }};
}

} // namespace

/// The world's time, for the io thread. It forgets who waits when the process ends.
class broker_process::time_here final : public net::timekeeper {
public:
  time_here(net::asio::io_context& io, world_clock& clock) : io_(io), clock_(clock) {}

  time_point now() const override { return clock_.now(); }

  net::awaitable<void> wait_until(time_point at) override {
    auto timer =
        std::make_shared<net::asio::steady_timer>(io_, net::asio::steady_timer::time_point::max());
    clock_.at(at, [waiting = std::weak_ptr{timer}] {
      if (auto alive = waiting.lock())
        alive->cancel();
    });
    net::error_code woken;
    co_await timer->async_wait(net::asio::redirect_error(net::asio::use_awaitable, woken));
  }

private:
  net::asio::io_context& io_;
  world_clock& clock_;
};

broker_process::configuration::configuration() {
  set("scheduler.policy", caf::atom("testing"));
  set("logger.inline-output", true);
}

broker_process::broker_process(process_surroundings around)
    : around_{std::move(around)}, time_{std::make_shared<time_here>(io_, around_.clock)},
      gateway_{std::make_shared<proxmox::vm_gateway>(
          io_, around_.proxmox,
          proxmox::surroundings{.wire = make_wire(io_, around_.net),
                                .time = time_,
                                .now = [&clock = around_.clock] { return clock.wall(); },
                                .probe = answers_at_once,
                                .log = around_.log,
                                .metrics = around_.metrics})},
      system_{configuration_}, coordinator_{dynamic_cast<caf::scheduler::test_coordinator&>(
                                   system_.scheduler())} {
  coordinator_.clock().current_time = around_.clock.now();
  auto log = std::make_unique<eventstore::sqlite_event_log>(around_.log_file, sources_of(around_));
  auto model = std::make_unique<eventstore::sqlite_read_model>(
      around_.read_model_file, eventstore::sqlite_event_log::open_read_only(around_.log_file));
  hypervisor_ = system_.spawn(proxmox::proxmox_hypervisor, gateway_);
  auto wall = [&clock = around_.clock] { return clock.wall(); };
  broker_ = actors::start_broker(
      system_, around_.witnessed(std::move(log)), std::move(model),
      {hypervisor_, system_.spawn(no_passwords), around_.metrics}, wall,
      {.vmids = around_.vmids, .seed = around_.seed, .own_threads = false}, around_.log);
  others_.push_back(caf::actor_cast<caf::actor>(system_.spawn(
      actors::alerts, actors::alert_collaborators{broker_.journal, {}, wall, around_.log})));
  others_.push_back(system_.spawn([this](caf::event_based_actor* self) {
    self->set_down_handler(
        [this](const caf::down_msg& down) { ended_ = actors::text_of(down.reason); });
    for (const auto& part : broker_.parts)
      self->monitor(part);
    return caf::behavior{[](caf::unit_t) {}};
  }));
}

broker_process::~broker_process() {
  // The system waits for its actors, and here nobody else would run them.
  while (system_.registry().running() > 0) {
    remember_ready();
    for (const auto& [id, address] : known_)
      if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(address))
        caf::anon_send_exit(caf::actor_cast<caf::actor>(alive), caf::exit_reason::kill);
    while (remember_ready(), coordinator_.try_run_once()) {
    }
    // Who awaits an answer ends no sooner than that it comes, or that its time is over.
    coordinator_.clock().trigger_timeouts();
  }
  coordinator_.clock().cancel_all();
  broker_ = {};
  destroy(hypervisor_);
  others_.clear();
}

void broker_process::remember_ready() {
  for (auto* job : coordinator_.jobs)
    if (auto* actor = dynamic_cast<caf::scheduled_actor*>(job))
      known_.try_emplace(actor->id(), actor->address());
  // An address keeps the memory of its actor.
  if (known_.size() > 2 * system_.registry().running() + 100)
    std::erase_if(known_, [](const auto& entry) {
      return !caf::actor_cast<caf::strong_actor_ptr>(entry.second);
    });
}

broker_figures broker_process::figures() {
  return {.actors = system_.registry().running(),
          .timers = coordinator_.clock().schedule().size(),
          .ready = coordinator_.jobs.size()};
}

bool broker_process::step() {
  auto& ready = coordinator_.jobs;
  remember_ready();
  bool io_may_run = true;
  while (!ready.empty() || io_may_run) {
    auto chosen = around_.order.choose(ready, io_may_run);
    if (chosen == ready.size()) {
      io_may_run = false;
      io_.restart();
      if (io_.poll_one() > 0)
        return true;
      continue;
    }
    std::rotate(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(chosen),
                ready.begin() + static_cast<std::ptrdiff_t>(chosen) + 1);
    return coordinator_.try_run_once();
  }
  return false;
}

void broker_process::fork_session(const domain::session_id& id) {
  actors::session_collaborators with{broker_.journal,
                                     broker_.scheduler,
                                     hypervisor_,
                                     broker_.accounts,
                                     [&clock = around_.clock] { return clock.wall(); },
                                     around_.seed + 7,
                                     around_.metrics};
  others_.push_back(caf::actor_cast<caf::actor>(
      system_.spawn(actors::session, id, actors::session_past::unknown, with,
                    caf::actor_cast<actors::session_parent>(broker_.supervisor))));
}

std::optional<world_time> broker_process::next_timer() const {
  const auto& waiting = coordinator_.clock().schedule();
  if (waiting.empty())
    return std::nullopt;
  return std::max(waiting.begin()->first, around_.clock.now());
}

void broker_process::fire_timers() {
  auto& clock = coordinator_.clock();
  clock.advance_time(around_.clock.now() - clock.now());
}

} // namespace berth::simulation
