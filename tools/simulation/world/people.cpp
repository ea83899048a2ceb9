#include "tools/simulation/world/people.hpp"

#include "actors/errors.hpp"
#include "domain/session/session_policy.hpp"
#include "tools/simulation/world/seed_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;
using actors::errc;

constexpr auto between_deeds = 8min;
constexpr std::uint32_t patience = 40; ///< tries

std::string short_id(const domain::session_id& id) {
  return domain::to_string(id).substr(18);
}

} // namespace

people::people(world_clock& clock, dice from, trace& to, verdict& verdicts, const history& logged,
               std::size_t count)
    : clock_{clock}, dice_{std::move(from)}, trace_{to}, verdicts_{verdicts}, history_{logged},
      count_{count} {}

void people::come() {
  present_ = true;
  for (std::uint32_t id = 1; id <= count_; ++id)
    act_later({id});
}

void people::act_later(domain::user_id who) {
  clock_.after(dice_.wait_for(between_deeds), [this, who] { act(who); });
}

void people::rush(domain::duration within, domain::session_type type, domain::duration lifetime) {
  for (std::uint32_t id = 1; id <= count_; ++id) {
    wish wanted{.who = {id}, .launch = launch_of({id}), .is_habit = false};
    wanted.launch.type = type;
    wanted.launch.lifetime = std::chrono::round<std::chrono::minutes>(lifetime);
    clock_.after(dice_.between(0ms, within),
                 [this, what = std::make_shared<wish>(std::move(wanted))] { try_now(what); });
  }
}

void people::some(double share, deed what, domain::duration within) {
  for (std::uint32_t id = 1; id <= count_; ++id)
    if (dice_.chance(share))
      clock_.after(dice_.between(0ms, within), [this, what, who = domain::user_id{id}] {
        if (auto open = open_sessions(who); !open.empty())
          try_now(std::make_shared<wish>(
              wish{.what = what, .who = who, .session = dice_.any(open), .is_habit = false}));
      });
}

void people::meet(broker_process* broker) {
  broker_ = broker;
  ++life_;
  for (auto& lost : std::exchange(unanswered_, {}))
    try_again(lost);
}

/// After one thing comes the next.
void people::go_on(const wish& what) {
  if (what.is_habit)
    act_later(what.who);
}

std::vector<domain::session_id> people::open_sessions(domain::user_id who) const {
  std::vector<domain::session_id> open;
  for (const auto& [id, session] : history_.sessions())
    if (session.owner == who && !session.over && !session.keeps)
      open.push_back(id);
  return open;
}

void people::act(domain::user_id who) {
  if (!present_)
    return;
  wish wanted{.who = who};
  auto open = open_sessions(who);
  std::vector<domain::session_id> kept;
  for (const auto& [id, session] : history_.sessions())
    if (session.owner == who && session.keeps)
      kept.push_back(id);
  if (!kept.empty() && dice_.chance(0.1)) {
    wanted.what = deed::discard;
    wanted.session = dice_.any(kept);
  } else if (open.empty() || dice_.chance(0.3)) {
    wanted.launch = launch_of(who);
  } else {
    wanted.session = dice_.any(open);
    wanted.what =
        std::vector{deed::extend, deed::open_desktop, deed::end, deed::end}[dice_.below(4)];
  }
  try_now(std::make_shared<wish>(std::move(wanted)));
}

actors::launch_session people::launch_of(domain::user_id who) {
  actors::launch_session wanted{.owner = who};
  wanted.from_template = {static_cast<std::uint32_t>(1 + dice_.below(seeded_templates))};
  wanted.from = seeded_template(wanted.from_template);
  wanted.type =
      dice_.chance(0.35) ? domain::session_type::persistent : domain::session_type::ephemeral;
  wanted.lifetime = std::chrono::minutes{30 + dice_.below(31)};
  for (auto& byte : wanted.command.bytes)
    byte = static_cast<std::uint8_t>(dice_.below(256));
  return wanted;
}

void people::try_again(const wish_ptr& what) {
  // An extension that may have worked is not asked for twice.
  bool give_up = what->what == deed::extend || ++what->tries > patience;
  if (give_up)
    return go_on(*what);
  clock_.after(dice_.between(1s, 20s), [this, what] { try_now(what); });
}

void people::try_now(const wish_ptr& what) {
  if (!broker_)
    return try_again(what);
  if (what->what == deed::launch && what->launch.type == domain::session_type::persistent
      && !what->launch.resumes)
    return broker_->ask<actors::kept_session>(
        broker_->broker().directory,
        actors::find_kept_session{what->who, what->launch.from_template},
        [this, what, life = life_](const caf::expected<actors::kept_session>& kept) {
          if (life != life_ || !kept)
            return try_again(what);
          what->launch.resumes = kept->id;
          launch(what);
        });
  launch(what);
}

void people::launch(const wish_ptr& what) {
  unanswered_.push_back(what);
  auto answer = [this, what, life = life_](const view_result& result) {
    if (life != life_)
      return;
    std::erase(unanswered_, what);
    answered(what, result);
  };
  const auto& supervisor = broker_->broker().supervisor;
  auto ask = [&](auto message) {
    broker_->ask<actors::session_view>(supervisor, std::move(message), answer);
  };
  switch (what->what) {
  case deed::launch:
    return ask(what->launch);
  case deed::extend:
    return ask(actors::extend_session{what->session, what->who, 15min});
  case deed::open_desktop:
    return ask(actors::note_desktop_opened{what->session, what->who});
  case deed::end:
    return ask(actors::end_session{what->session, what->who, actors::end_by::owner, {}});
  case deed::discard:
    return ask(actors::discard_vm{what->session, what->who});
  }
}

void people::answered(const wish_ptr& what, const view_result& result) {
  if (!result)
    return refused(what, result.error());
  ++acknowledgements_;
  check(*what, *result);
  go_on(*what);
}

void people::refused(const wish_ptr& what, const caf::error& why) {
  auto code = actors::code_of(why);
  if (code == errc::unknown && what->what != deed::launch)
    verdicts_.broken("what was acknowledged exists",
                     fmt::format("session {}: {}", short_id(what->session), actors::text_of(why)));
  bool for_good = code == errc::quota_exceeded || code == errc::no_capacity || code == errc::invalid
                  || code == errc::not_in_this_state || code == errc::unknown;
  if (!for_good)
    return try_again(what);
  ++refusals_;
  trace_.note(fmt::format("user {} is refused: {}", what->who.value, actors::text_of(why)));
  go_on(*what);
}

/// An answer promises that what it says is in the log.
void people::check(const wish& what, const actors::session_view& seen) {
  const auto& id = seen.session.id;
  auto session = "session " + short_id(id);
  constexpr std::string_view deeds[] = {"launched", "extended", "looked at", "ended", "discarded"};
  trace_.note(fmt::format("user {} has {} {}", what.who.value,
                          deeds[static_cast<std::size_t>(what.what)], session));
  verdicts_.require(seen.position <= history_.head(),
                    "nothing is acknowledged before it is durable",
                    fmt::format("{}: position {} of {}", session, seen.position, history_.head()));
  const auto* logged = history_.find(id);
  verdicts_.require(logged, "what was acknowledged exists", session + " is not in the log");
  if (!logged)
    return;
  verdicts_.require(logged->owner == what.who, "answers are about the right session", session);
  switch (what.what) {
  case deed::launch:
    verdicts_.require(history_.answer_to(what.launch.command) == id, "one session per command",
                      session + " is not the one that the log has for this key");
    break;
  case deed::extend:
    verdicts_.require(logged->expires_at == seen.session.expires_at,
                      "answers are what the log says", session + ": another deadline");
    break;
  case deed::end:
    verdicts_.require(logged->over.has_value(), "what was acknowledged exists",
                      session + " is not over");
    break;
  case deed::open_desktop:
  case deed::discard:
    break;
  }
}

} // namespace berth::simulation
