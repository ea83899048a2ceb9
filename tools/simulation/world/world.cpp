#include "tools/simulation/world/world.hpp"

#include "domain/narration.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/verify.hpp"
#include "tools/simulation/world/peace.hpp"
#include "tools/simulation/world/seed_log.hpp"
#include "tools/simulation/world/witnessed_log.hpp"

#include <fmt/format.h>

#include <malloc.h>

#include <algorithm>
#include <utility>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;

constexpr auto tick_period = 500ms;
constexpr auto time_of_peace = 30min;
/// Once in so many steps the broker is slow: time passes although it has something to do.
constexpr std::uint64_t steps_per_delay = 300;
/// So many steps without time passing are a loop that never ends.
constexpr std::uint64_t endless = 2'000'000;
const std::filesystem::path log_path = "/world/log.db";
const std::filesystem::path read_model_path = "/world/read.db";

pve_simulator::time_source time_of(const world_clock& clock) {
  return {[&clock] { return std::chrono::duration<double>{clock.age()}.count(); },
          std::chrono::duration_cast<std::chrono::seconds>(
              world_clock::wall_at_start.time_since_epoch())
              .count()};
}

} // namespace

world::world(std::uint64_t seed, double hours, std::function<void(const std::string&)> show,
             world_shape shape)
    : shape_{shape}, dice_{seed}, hours_{hours}, trace_{clock_, std::move(show)},
      cluster_clock_{1, time_of(clock_)}, cluster_{{.nodes = shape.nodes,
                                                    .node_ram_gib = shape.node_ram_gib,
                                                    .seed = dice_.bits()},
                                                   cluster_clock_},
      network_{clock_,  dice_.fork(), cluster_,
               access_, trace_,       [this](const arrival& what) { rules_.arrived(what); }},
      schedule_{dice_.fork()}, people_{clock_,   dice_.fork(), trace_,
                                       verdict_, history_,     shape.users},
      nemesis_{dice_.fork(),
               {clock_,
                trace_,
                network_,
                cluster_,
                access_,
                disk_,
                history_,
                rules_,
                {[this](crash how) { end_process(how); },
                 [this](domain::duration how_long) { pause(how_long); },
                 [this](const domain::session_id& id) {
                   if (process_)
                     process_->fork_session(id);
                 },
                 [this](const std::string& node, bool closed) { drain(node, closed); },
                 [this] {
                   people_.rush(5s, domain::session_type::ephemeral, 30min);
                   people_.rush(5s, domain::session_type::ephemeral, 30min);
                 }}}},
      meter_{std::make_shared<row_meter>(counts_)} {
  access_.add_token(world_token, world_token_secret, pve_simulator::broker_privileges());
}

world::~world() {
  bury_process();
}

// -- the process --------------------------------------------------------------

void world::start_process() {
  if (process_)
    return;
  try {
    try_to_start();
  } catch (const eventstore::log_error& why) {
    trace_.note(fmt::format("the broker does not start: {}", why.what()));
    process_.reset();
    disk_.freeze();
    disk_.thaw();
    clock_.after(5s, [this] { start_process(); });
  }
}

void world::try_to_start() {
  auto unanswered = reread_log();
  auto seed = dice_.bits();
  actors::logger log{actors::log_level::info, [this](std::string_view line) {
                       verdict_.require(line.find(world_token_secret) == std::string_view::npos,
                                        "secrets stay secret", std::string{line});
                       trace_.note(std::string{"broker: "}.append(line.substr(0, line.find('\n'))));
                     }};
  process_ = std::make_unique<broker_process>(
      process_surroundings{.clock = clock_,
                           .net = network_,
                           .order = schedule_,
                           .log_file = log_path,
                           .read_model_file = read_model_path,
                           .metrics = meter_,
                           .log = log,
                           .seed = seed,
                           .vmids = world_vmids,
                           .proxmox = {.https = {.hosts = {{"pve", 8006}}},
                                       .token_id = world_token,
                                       .token_secret = domain::secret{world_token_secret}},
                           .witnessed = [this](std::unique_ptr<eventstore::event_log> log_file) {
                             return witnessed(std::move(log_file), [this](const auto& events) {
                               note(events);
                               history_.add(events);
                               rules_.logged(events);
                             });
                           }});
  // A failed sync may have left them where a reader sees them: the opening has made them durable.
  history_.add(unanswered);
  ++counts_.restarts;
  trace_.note("the broker starts");
  people_.meet(process_.get());
}

/// What the log held before must be there still. Gives what is there beyond, which is the truth
/// once the broker has opened the log.
std::vector<eventstore::recorded_event> world::reread_log() {
  auto log = eventstore::sqlite_event_log::open_read_only(log_path);
  auto found = log->read_all(0, SIZE_MAX / 2);
  verdict_.require(
      found.size() >= history_.head(), "what was acknowledged exists",
      fmt::format("{} events were durable, {} are there", history_.head(), found.size()));
  for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), history_.head()); ++i)
    verdict_.require(found[i].event_id == history_.id_at(i + 1), "history does not change",
                     fmt::format("position {} holds another event", i + 1));
  auto verified = eventstore::verify(log_path);
  if (verified.flaw)
    verdict_.broken("the log is sound", verified.flaw->reason);
  auto known = std::min<std::size_t>(found.size(), history_.head());
  return {found.begin() + static_cast<std::ptrdiff_t>(known), found.end()};
}

void world::note(const std::vector<eventstore::recorded_event>& logged) {
  for (const auto& e : logged)
    trace_.note(fmt::format("{}: {}", e.stream, domain::narrate(e.event)));
}

void world::end_process(crash how) {
  if (!process_)
    return;
  if (how == crash::power_lost)
    disk_.lose_power([this] { return dice_.bits(); });
  // Not now: somebody may be in the middle of something.
  clock_.after(0ms, [this] { bury_process(); });
}

void world::bury_process() {
  if (!process_)
    return;
  people_.meet(nullptr);
  disk_.freeze();
  process_.reset();
  disk_.thaw();
  trace_.note("the broker is gone");
  clock_.after(dice_.between(100ms, 15s), [this] { start_process(); });
}

void world::pause(domain::duration how_long) {
  clock_.after(0ms, [this, how_long] { paused_until_ = clock_.now() + how_long; });
}

void world::drain(const std::string& node, bool closed) {
  if (!process_)
    return clock_.after(5s, [this, node, closed] { drain(node, closed); });
  actors::change_node wanted{.name = {node}, .wanted = domain::return_node{}, .by = {1}};
  if (closed)
    wanted.wanted = domain::begin_drain{"to see what happens"};
  process_->ask<actors::node_view>(process_->broker().inventory, wanted,
                                   [](const caf::expected<actors::node_view>&) {});
}

// -- time ---------------------------------------------------------------------

void world::tick() {
  cluster_.advance();
  nemesis_.tick();
  clock_.after(tick_period, [this] { tick(); });
}

void world::step() {
  bool may_run = process_ && clock_.now() >= paused_until_;
  if (may_run && process_->ended()) {
    trace_.note(fmt::format("the broker ends: {}", *process_->ended()));
    bury_process();
    return;
  }
  bool is_slow = dice_.below(steps_per_delay) == 0;
  if (may_run && !is_slow && process_->step()) {
    ++counts_.steps;
    if (++steps_of_this_moment_ > endless)
      verdict_.broken("everything comes to rest", "the actors never run out of messages");
    return;
  }
  steps_of_this_moment_ = 0;
  auto next = *clock_.next(); // There is always the next tick.
  if (may_run)
    if (auto timer = process_->next_timer())
      next = std::min(next, *timer);
  clock_.advance(next);
  if (process_ && clock_.now() >= paused_until_)
    process_->fire_timers();
}

void world::advance_until(world_time end) {
  while (clock_.now() < end && !verdict_.first()) {
    step();
    rules_.look();
  }
}

/// One lesson every two hours: all come within ten minutes, most look at their desktops, some want
/// more time, half leave before the end.
void world::begin_lesson() {
  people_.rush(10min, domain::session_type::ephemeral, 95min);
  clock_.after(15min, [this] { people_.some(0.8, people::deed::open_desktop, 60min); });
  clock_.after(70min, [this] { people_.some(0.2, people::deed::extend, 10min); });
  clock_.after(85min, [this] { people_.some(0.5, people::deed::end, 10min); });
  clock_.after(120min, [this] { begin_lesson(); });
}

void world::live(double hours) {
  auto end = clock_.now() + std::chrono::duration_cast<domain::duration>(hours * 1h);
  for (int hour = 1; each_hour && clock_.now() + 1h < end && !verdict_.first(); ++hour) {
    advance_until(clock_.now() + 1h);
    each_hour(measure(hour));
  }
  advance_until(end);
  if (!each_hour || verdict_.first())
    return;
  auto last = measure(static_cast<int>(hours));
  last.heap_bytes = weigh_process();
  each_hour(last);
}

world_figures world::measure(int hour) const {
  auto disk = disk_.image();
  auto size = [&disk](const std::string& name) {
    auto file = disk.find(name);
    return file ? disk.bytes(*file).size() : 0;
  };
  auto open = std::ranges::count_if(history_.sessions(),
                                    [](const auto& one) { return !one.second.closed; });
  return {.hour = hour,
          .sessions = static_cast<std::size_t>(open),
          .broker = process_ ? process_->figures() : broker_figures{},
          .log_bytes = size(log_path.string()),
          .wal_bytes = size(log_path.string() + "-wal"),
          .calls = network_.calls(),
          .heap_bytes = {}};
}

/// Ends the process and sees what that leaves free.
std::size_t world::weigh_process() {
  auto in_use = [] {
    auto heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
  };
  auto before = in_use();
  bury_process();
  auto after = in_use();
  return before - std::min(before, after);
}

outcome world::run() {
  {
    eventstore::sqlite_event_log log{
        log_path, {[this] { return clock_.wall(); }, [this] { return dice_.bits(); }}};
    seed_log(log, shape_.nodes, shape_.max_vms, shape_.users);
  }
  tick();
  start_process();
  if (shape_.is_troubled) {
    people_.come();
    nemesis_.begin();
  } else
    begin_lesson();
  live(hours_);
  trace_.note("peace");
  auto peace_began = clock_.wall();
  nemesis_.end();
  people_.leave();
  paused_until_ = {};
  advance_until(clock_.now() + 25min);
  judge_launches(peace_began);
  nemesis_.mend_by_hand();
  advance_until(clock_.now() + time_of_peace);
  if (!verdict_.first())
    judge_peace();
  counts_.worlds = 1;
  counts_.hours = std::chrono::duration<double, std::ratio<3600>>{clock_.age()}.count();
  counts_.calls = network_.calls();
  counts_.events = history_.head();
  counts_.sessions = history_.sessions().size();
  for (const auto& [id, s] : history_.sessions())
    if (s.active_at) {
      ++counts_.activated;
      counts_.slowest_start = std::max(counts_.slowest_start, *s.active_at - s.requested_at);
    }
  counts_.acknowledgements = people_.acknowledgements();
  counts_.refusals = people_.refusals();
  for (const auto& [kind, count] : network_.faults())
    counts_.faults[std::string{name_of(kind)}] += count;
  for (const auto& [kind, count] : nemesis_.troubles())
    counts_.faults[kind] += count;
  return {.broken = verdict_.first(),
          .counts = counts_,
          .fingerprint = trace_.fingerprint(),
          .last_lines = {trace_.newest().begin(), trace_.newest().end()}};
}

// -- peace --------------------------------------------------------------------

/// Twenty-five minutes without trouble are enough for any launch.
void world::judge_launches(domain::time_point requested_before) {
  for (const auto& [id, s] : history_.sessions())
    verdict_.require(s.over || s.active || s.requested_at > requested_before,
                     "every launch comes to an end",
                     "session " + domain::to_string(id).substr(18) + " is still pending");
}

void world::judge_peace() {
  judge_sessions(history_, rules_, clock_.wall(), verdict_);
  judge_vms(history_, cluster_, rules_, clock_.wall(), verdict_);
  verdict_.require(process_ != nullptr, "the broker comes back", "it does not run");
  if (process_ && !verdict_.first())
    judge_directory();
  bury_process();
  reread_log();
}

/// Lists must say what the log says.
void world::judge_directory() {
  std::optional<actors::session_list> shown;
  process_->ask<actors::session_list>(process_->broker().directory,
                                      actors::list_sessions{{.limit = 100'000}, history_.head()},
                                      [&shown](caf::expected<actors::session_list> answer) {
                                        if (answer)
                                          shown = std::move(*answer);
                                      });
  auto give_up = clock_.now() + 1min;
  while (!shown && clock_.now() < give_up && !verdict_.first())
    step();
  if (!shown)
    return verdict_.broken("lists keep up with the log", "the directory does not answer");
  judge_list(history_, shown->sessions, verdict_);
}

} // namespace berth::simulation
