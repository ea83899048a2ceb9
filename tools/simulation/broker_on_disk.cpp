#include "tools/simulation/broker_on_disk.hpp"

#include "actors/accounts.hpp"
#include "actors/errors.hpp"
#include "actors/journal_actor.hpp"
#include "actors/log_follower.hpp"
#include "actors/session_directory_actor.hpp"
#include "actors/session_supervisor_actor.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/sqlite_read_model.hpp"
#include "eventstore/verify.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace berth::simulation {

namespace {

const std::filesystem::path log_file = "simulated/log.db";
const std::filesystem::path read_model_file = "simulated/read.db";
const domain::node_name only_node{"pve-1"};
constexpr std::uint64_t most_starts = 10;

// -- whom the sessions ask ------------------------------------------------------

actors::scheduler_actor::behavior_type one_node_scheduler() {
  return {
      [](const actors::node_load&) {},
      [](const actors::place_session&) {
        return actors::placement{only_node, {}};
      },
      [](const actors::get_node_loads&) { return actors::node_loads{}; },
  };
}

actors::accounts_actor::behavior_type trusting_accounts() {
  using namespace actors;
  return {
      [](const authenticate&) { return caller{}; },
      [](const sign_in&) { return sign_in_answer{}; },
      [](const list_users&) { return user_list{}; },
      [](const get_user&) { return user_view{}; },
      [](const create_user&) { return user_view{}; },
      [](const change_user&) { return user_view{}; },
      [](const set_password&) { return user_view{}; },
      [](const admit_launch&) { return launch_admitted{}; },
      [](const withdraw_launch&) {},
  };
}

// -- what the log must say --------------------------------------------------------

/// What an empty log is given: what sessions need.
void install(eventstore::event_log& log) {
  if (log.head() > 0)
    return;
  eventstore::cause because{"system:simulation", {}, {}};
  const std::vector<eventstore::append_request> batch{
      {.stream = eventstore::stream_of(domain::user_id{3}),
       .events = {domain::user_event{domain::user_registered{{3}, "ada", domain::role::engineer}}},
       .because = because},
      {.stream = eventstore::stream_of(domain::template_id{1}),
       .events = {domain::template_event{domain::template_created{{1}, {.name = "Ubuntu"}}}},
       .because = because},
      {.stream = eventstore::stream_of(only_node),
       .events = {domain::node_event{domain::node_registered{only_node, "pve-1.lan", 50}}},
       .because = because}};
  for (const auto& result : log.append(batch))
    if (!std::holds_alternative<eventstore::appended>(result))
      throw eventstore::log_error{"what sessions need cannot be recorded"};
}

template <class Intent>
bool says(const domain::session_event& event, domain::vm_id vm) {
  const auto* intent = std::get_if<Intent>(&event);
  return intent && intent->vm == vm;
}

/// Whether the event says that an order is going to be given.
struct is_intent_for {
  const domain::session_event& event;

  bool operator()(const domain::clone_vm& order) const {
    return says<domain::clone_intended>(event, order.vm);
  }
  bool operator()(const domain::configure_vm& order) const {
    return says<domain::configuration_intended>(event, order.vm);
  }
  bool operator()(const domain::start_vm& order) const {
    return says<domain::start_intended>(event, order.vm);
  }
  bool operator()(const domain::shut_down_vm& order) const {
    return says<domain::shutdown_intended>(event, order.vm);
  }
  bool operator()(const domain::stop_vm& order) const {
    return says<domain::deletion_intended>(event, order.vm);
  }
  bool operator()(const domain::delete_vm& order) const {
    return says<domain::deletion_intended>(event, order.vm);
  }
};

bool is_intent(const eventstore::recorded_event& recorded, const domain::vm_order& order) {
  const auto* event = std::get_if<domain::session_event>(&recorded.event);
  return event && std::visit(is_intent_for{*event}, order);
}

/// A disk after a loss of power that kept nothing of what was not synced.
disk_image worst_remains(const simulated_disk& disk) {
  constexpr std::size_t sector_size = 512;
  auto left = disk.image();
  left.lose_power([] { return false; }, sector_size);
  return left;
}

std::vector<eventstore::recorded_event> all_events(const eventstore::event_log& log) {
  return log.read_all(0, std::numeric_limits<std::int64_t>::max());
}

} // namespace

// -- processes ------------------------------------------------------------------

broker_on_disk::broker_on_disk(std::uint64_t seed, disk_hook hook, death dies_as)
    : dies_as_{dies_as}, actors_{seed} {
  disk_.set_hook(std::move(hook));
  cluster_->before_order = [this](const domain::vm_order& order) { require_intent(order); };
  start();
}

void broker_on_disk::start() {
  ++starts_;
  has_died_ = false;
  try {
    auto log = std::make_unique<eventstore::sqlite_event_log>(
        log_file, eventstore::log_sources{actors_.clock(), actors_.random()});
    install(*log);
    std::shared_ptr<const eventstore::event_log> reader =
        eventstore::sqlite_event_log::open_read_only(log_file);
    spawn_parts(std::move(log), std::make_unique<eventstore::sqlite_read_model>(read_model_file,
                                                                                std::move(reader)));
  } catch (const eventstore::log_error&) {
    disk_.freeze(); // Berth ends when it cannot open its files.
  }
}

void broker_on_disk::spawn_parts(std::unique_ptr<eventstore::event_log> log,
                                 std::unique_ptr<eventstore::read_model> model) {
  using shared_log = std::unique_ptr<eventstore::event_log>;
  using shared_model = std::unique_ptr<eventstore::read_model>;
  actors::journal_actor journal =
      actors_.spawn(actors::journal, std::make_shared<shared_log>(std::move(log)),
                    actors::vmid_range{}, actors::silent_meter());
  directory_ = actors_.spawn(actors::session_directory,
                             std::make_shared<shared_model>(std::move(model)), journal);
  actors::session_collaborators with{journal,
                                     actors_.spawn(one_node_scheduler),
                                     actors_.spawn(prompt_hypervisor, cluster_),
                                     actors_.spawn(trusting_accounts),
                                     actors_.clock(),
                                     starts_};
  auto ids = std::make_shared<domain::ulid_source>(actors_.random());
  supervisor_ = actors_.spawn(
      actors::session_supervisor, with, [this, ids] { return ids->next(actors_.now()); },
      actors::logger{actors::log_level::error});
  auto part = [](const auto& handle) { return caf::actor_cast<caf::actor>(handle); };
  // Whatever could still act on the world outside ends first, as all does at once in reality.
  parts_ = {part(with.hypervisor), part(supervisor_), part(with.scheduler),
            part(with.accounts),   part(directory_),  part(journal)};
  for (const auto& one : parts_)
    one->attach_functor([this, process = starts_] {
      if (process == starts_)
        has_died_ = true;
    });
  follow(journal);
}

void broker_on_disk::follow(const actors::journal_actor& journal) {
  actors_.spawn([this, journal](caf::event_based_actor* self) {
    self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
    actors::follow_log(self, journal, {}, [this](const actors::event_page& page) {
      for (const auto& event : page.events)
        show(event);
    });
  });
}

void broker_on_disk::end_process() {
  for (const auto& part : std::exchange(parts_, {}))
    caf::anon_send_exit(part, caf::exit_reason::user_shutdown);
  actors_.advance(actors::commit_timeout); // A session that waits for its commit ends no sooner.
}

void broker_on_disk::stop() {
  end_process();
  disk_.freeze();
}

bool broker_on_disk::run_until(const std::function<bool()>& done, domain::duration limit) {
  auto end = actors_.now() + limit;
  auto is_over = [&] { return done() || !is_running(); };
  while (actors_.advance_until(is_over, std::max(domain::duration{}, end - actors_.now()))) {
    if (done())
      return true;
    if (starts_ == most_starts) {
      complain("the broker dies again and again");
      return false;
    }
    if (dies_as_ == death::of_machine)
      disk_.lose_power([] { return std::uint64_t{0}; });
    else
      disk_.freeze();
    end_process();
    disk_.thaw();
    start();
  }
  return false;
}

// -- what must hold ---------------------------------------------------------------

void broker_on_disk::complain(std::string what) {
  if (!complaint_)
    complaint_ = std::move(what);
}

void broker_on_disk::show(const eventstore::recorded_event& event) {
  auto [known, is_new] = shown_.emplace(event.position, event);
  if (!is_new && known->second != event)
    complain("event " + std::to_string(event.position) + " was shown, and is another one now");
}

void broker_on_disk::require_intent(const domain::vm_order& order) {
  simulated_disk remains{worst_remains(disk_)};
  try {
    auto events = all_events(*eventstore::sqlite_event_log::open_read_only(log_file));
    if (std::ranges::none_of(events, [&](const auto& one) { return is_intent(one, order); }))
      complain("an order was given whose intent a loss of power could take back");
  } catch (const eventstore::log_error& fault) {
    complain(std::string{"an order was given while a loss of power left no log: "} + fault.what());
  }
}

std::optional<std::string> broker_on_disk::fault_of_remains() const {
  simulated_disk remains{worst_remains(disk_)};
  try {
    eventstore::sqlite_event_log log{log_file, {actors_.clock(), [] { return std::uint64_t{1}; }}};
    auto found = all_events(log);
    for (const auto& [position, event] : shown_)
      if (position > found.size() || found[position - 1] != event)
        return "event " + std::to_string(position) + " was shown, and is lost";
    if (auto flaw = eventstore::verify(log_file).flaw)
      return flaw->reason;
    return std::nullopt;
  } catch (const eventstore::log_error& fault) {
    return fault.what();
  }
}

} // namespace berth::simulation
