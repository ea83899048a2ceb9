#include "actors/accounts_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"
#include "domain/broken_rule.hpp"

#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace berth::actors {

namespace {

using accounts_pointer = accounts_actor::stateful_pointer<accounts_state>;
using account = accounts_state::account;

constexpr auto commit_timeout = std::chrono::seconds{30};
constexpr auto password_timeout = std::chrono::seconds{30};
/// An admission that is not in the log by then never will be: its session has given up.
constexpr auto admission_lifetime = std::chrono::seconds{60};
constexpr std::size_t most_failures = 10'000;

std::string author(domain::user_id by) {
  return "user:" + std::to_string(by.value);
}

// -- folding ------------------------------------------------------------------

void drop_credentials(accounts_state& my, const domain::user& of) {
  for (const auto& token : of.tokens)
    my.tokens.erase(token.hash);
  for (const auto& browser : of.browsers)
    my.cookies.erase(browser.cookie_hash);
}

void keep_credentials(accounts_state& my, const domain::user& of) {
  for (const auto& token : of.tokens)
    my.tokens[token.hash] = of.id;
  for (const auto& browser : of.browsers)
    my.cookies[browser.cookie_hash] = of.id;
}

struct fold {
  accounts_state& my;
  const eventstore::recorded_event& recorded;

  void operator()(const domain::user_event& event) const {
    domain::user_id id;
    if (const auto* registered = std::get_if<domain::user_registered>(&event))
      id = registered->id;
    else
      id = *eventstore::user_of(recorded.stream);
    auto& known = my.accounts[id];
    if (recorded.version <= known.version)
      return; // Folded when it was committed.
    drop_credentials(my, known.is);
    known.is = domain::evolve(std::move(known.is), event, recorded.recorded_at);
    known.version = recorded.version;
    known.position = recorded.position;
    if (std::holds_alternative<domain::password_changed>(event))
      known.password_set_at = recorded.position;
    keep_credentials(my, known.is);
    my.logins[known.is.login] = id;
  }
  void operator()(const domain::session_event& event) const {
    auto id = eventstore::session_of(recorded.stream);
    if (const auto* requested = std::get_if<domain::session_requested>(&event)) {
      my.admissions.erase(requested->id);
      my.open_sessions[requested->id] = requested->owner;
      ++my.open_of[requested->owner];
    } else if (std::holds_alternative<domain::session_ended>(event)
               || std::holds_alternative<domain::session_failed>(event)) {
      if (auto ended = my.open_sessions.extract(*id))
        --my.open_of[*ended];
    }
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void take(accounts_state& my, const event_page& page) {
  for (const auto& recorded : page.events)
    std::visit(fold{my, recorded}, recorded.event);
}

// -- looking ------------------------------------------------------------------

const account* find(const accounts_state& my, domain::user_id id) {
  auto found = my.accounts.find(id);
  return found == my.accounts.end() ? nullptr : &found->second;
}

std::uint32_t open_sessions(const accounts_state& my, domain::user_id of) {
  auto found = my.open_of.find(of);
  return found == my.open_of.end() ? 0 : found->second;
}

user_view view(const accounts_state& my, const account& of) {
  return {of.is, of.version, of.position, open_sessions(my, of.is.id)};
}

caf::error no_such_user() {
  return make_error(errc::unknown, "there is no such user");
}

bool is_other_active_admin(const account& one, domain::user_id than) {
  return one.is.id != than && one.is.is_active && one.is.held == domain::role::admin;
}

// -- changing -----------------------------------------------------------------

/// Commits the events that follow from `wanted`, all or none; nothing else runs meanwhile.
void change(accounts_pointer self, domain::user_id id,
            const std::vector<domain::user_command>& wanted, const std::string& actor,
            std::function<void(caf::expected<user_view>)> reply) {
  auto& my = self->state;
  account before = my.accounts.contains(id) ? my.accounts.at(id) : account{};
  auto folded = before.is;
  eventstore::append_request request{.stream = eventstore::stream_of(id),
                                     .expected_version = before.version,
                                     .because = {actor, my.with.next_id(), {}}};
  for (const auto& command : wanted) {
    auto events = domain::decide(folded, command, my.with.now());
    if (!events)
      return reply(make_error(events.error()));
    for (const auto& event : *events) {
      folded = domain::evolve(std::move(folded), event, my.with.now());
      request.events.emplace_back(event);
    }
  }
  if (request.events.empty())
    return reply(view(my, before));
  self->request(my.with.journal, commit_timeout, append_events{std::move(request)})
      .await(
          [self, id, reply](const event_page& page) {
            take(self->state, page);
            reply(view(self->state, self->state.accounts.at(id)));
          },
          [reply](const caf::error& why) { reply(why); });
}

/// Turns an outcome into the fulfilment of a promise.
auto fulfil(caf::typed_response_promise<user_view> promise) {
  return [promise](caf::expected<user_view> outcome) mutable {
    if (outcome)
      promise.deliver(std::move(*outcome));
    else
      promise.deliver(outcome.error());
  };
}

bool leaves_no_admin(const accounts_state& my, const change_user& m) {
  bool takes_away = std::ranges::any_of(m.wanted, [](const domain::user_command& command) {
    const auto* to = std::get_if<domain::change_role>(&command);
    return std::holds_alternative<domain::disable_user>(command)
           || (to && to->held != domain::role::admin);
  });
  return takes_away && std::ranges::none_of(my.accounts, [&m](const auto& entry) {
           return is_other_active_admin(entry.second, m.id);
         });
}

caf::result<user_view> change_existing(accounts_pointer self, const change_user& m) {
  auto& my = self->state;
  const auto* known = find(my, m.id);
  if (!known)
    return no_such_user();
  if (m.if_version && *m.if_version != known->version)
    return make_error(errc::changed_meanwhile, "the user has been changed meanwhile");
  if (leaves_no_admin(my, m))
    return make_error(errc::not_in_this_state, "no active admin would be left");
  auto promise = self->make_response_promise<user_view>();
  change(self, m.id, m.wanted, author(m.by), fulfil(promise));
  return promise;
}

/// The password first, the event after it: one that the store refuses leaves no trace.
void keep(accounts_pointer self, domain::user_id id, const domain::password_hash& hash,
          domain::user_id by, caf::typed_response_promise<user_view> promise) {
  self->request(self->state.with.passwords, password_timeout, store_password{id, hash})
      .then(
          [self, id, by, promise](password_stored) {
            change(self, id, {domain::change_password{}}, author(by), fulfil(promise));
          },
          [promise](const caf::error& why) mutable { promise.deliver(why); });
}

caf::error login_taken(const std::string& login) {
  return make_error(errc::not_in_this_state, "the login " + login + " is taken");
}

/// Whoever sees the new user in the log may sign in as them: nothing comes between the commit and
/// the word to the store.
void enrol(accounts_pointer self, const create_user& m,
           const std::optional<domain::password_hash>& hash,
           caf::typed_response_promise<user_view> promise) {
  auto& my = self->state;
  if (my.logins.contains(m.login)) { // Perhaps since the hashing began.
    promise.deliver(login_taken(m.login));
    return;
  }
  auto last = my.accounts.empty() ? domain::user_id{} : my.accounts.rbegin()->first;
  domain::user_id id{last.value + 1};
  change(self, id, {domain::register_user{id, m.login, m.held}, domain::change_quota{m.quota}},
         author(m.by), [self, id, by = m.by, hash, promise](caf::expected<user_view> outcome) {
           if (outcome && hash)
             keep(self, id, *hash, by, promise);
           else
             fulfil(promise)(std::move(outcome));
         });
}

/// Hashes, then goes on with `use`.
void with_hash(accounts_pointer self, const domain::secret& password,
               caf::typed_response_promise<user_view> promise,
               std::function<void(const domain::password_hash&)> use) {
  self->request(self->state.with.passwords, password_timeout, hash_password{password})
      .then([use](const password_hashed& hashed) { use(hashed.is); },
            [promise](const caf::error& why) mutable { promise.deliver(why); });
}

caf::result<user_view> create(accounts_pointer self, const create_user& m) {
  if (self->state.logins.contains(m.login))
    return login_taken(m.login);
  auto promise = self->make_response_promise<user_view>();
  if (m.password)
    with_hash(self, *m.password, promise, [self, m, promise](const domain::password_hash& hash) {
      enrol(self, m, hash, promise);
    });
  else
    enrol(self, m, std::nullopt, promise);
  return promise;
}

caf::result<user_view> set(accounts_pointer self, const set_password& m) {
  if (!find(self->state, m.id))
    return no_such_user();
  auto promise = self->make_response_promise<user_view>();
  auto replace = [self, m, promise] {
    with_hash(self, m.password, promise, [self, m, promise](const domain::password_hash& hash) {
      keep(self, m.id, hash, m.by, promise);
    });
  };
  if (!m.current) {
    replace();
    return promise;
  }
  self->request(self->state.with.passwords, password_timeout, check_password{m.id, *m.current})
      .then(
          [replace, promise](password_checked checked) mutable {
            if (checked.matches)
              return replace();
            promise.deliver(make_error(errc::wrong_password, "the current password is another"));
          },
          [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

// -- who asks -----------------------------------------------------------------

/// A cookie that nobody has shown for too long has ended, too.
bool is_idle(accounts_state& my, const std::string& cookie_hash, domain::time_point now) {
  auto [seen, is_first] = my.last_seen.try_emplace(cookie_hash, my.started_at);
  if (now - seen->second > cookie_idle_limit)
    return true;
  seen->second = now;
  return false;
}

std::optional<domain::time_point> end_of(const domain::user& user, const authenticate& m) {
  if (m.by_cookie)
    return std::ranges::find(user.browsers, m.credential_hash,
                             &domain::browser_session::cookie_hash)
        ->expires_at;
  return std::ranges::find(user.tokens, m.credential_hash, &domain::bearer_token::hash)->expires_at;
}

caf::result<caller> identify(accounts_pointer self, const authenticate& m) {
  auto& my = self->state;
  auto invalid = [] { return make_error(errc::unknown, "the credential is not valid"); };
  auto& known = m.by_cookie ? my.cookies : my.tokens;
  auto found = known.find(m.credential_hash);
  if (found == known.end())
    return invalid();
  auto now = my.with.now();
  const auto& account = my.accounts.at(found->second);
  const auto& user = account.is;
  auto until = end_of(user, m);
  if (until && *until <= now)
    return invalid();
  caller who{user.id,     user.login,       user.held, m.credential_hash,
             m.by_cookie, account.position, until};
  if (m.by_cookie) {
    if (is_idle(my, m.credential_hash, now))
      return invalid();
    return who;
  }
  // Worth a note, not worth a wait. Most uses are none: they cost no copy of the account.
  domain::use_token use{m.credential_hash};
  if (auto noted = domain::decide(user, use, now); noted && !noted->empty())
    change(self, who.id, {use}, author(who.id), [](const caf::expected<user_view>&) {});
  return who;
}

// -- signing in ---------------------------------------------------------------

/// The wait after so many wrong passwords.
domain::duration wait_after(std::uint32_t failures) {
  if (failures <= free_sign_in_failures)
    return {};
  auto doublings = std::min<std::uint32_t>(failures - free_sign_in_failures - 1, 6);
  return std::min<domain::duration>(std::chrono::seconds{1u << doublings}, longest_sign_in_wait);
}

/// Counts an attempt before its outcome is known, so that many at once gain nothing.
void count_attempt(accounts_state& my, const std::string& login, domain::time_point now) {
  if (my.failed_sign_ins.size() >= most_failures)
    std::erase_if(my.failed_sign_ins,
                  [now](const auto& entry) { return entry.second.not_before <= now; });
  auto& failures = my.failed_sign_ins[login];
  ++failures.count;
  failures.not_before = now + wait_after(failures.count);
}

void signed_in(accounts_pointer self, const caller& who,
               caf::typed_response_promise<sign_in_answer> promise) {
  auto& my = self->state;
  auto now = my.with.now();
  auto until = now + cookie_lifetime;
  std::erase_if(my.last_seen,
                [&my](const auto& entry) { return !my.cookies.contains(entry.first); });
  my.last_seen[who.credential_hash] = now;
  change(self, who.id, {domain::sign_in{who.credential_hash, until}}, author(who.id),
         [promise, who, until](const caf::expected<user_view>& outcome) mutable {
           if (outcome)
             promise.deliver(sign_in_answer{.who = who, .expires_at = until});
           else
             promise.deliver(outcome.error());
         });
}

caf::result<sign_in_answer> try_sign_in(accounts_pointer self, const sign_in& m) {
  auto& my = self->state;
  auto now = my.with.now();
  if (auto failed = my.failed_sign_ins.find(m.login);
      failed != my.failed_sign_ins.end() && failed->second.not_before > now)
    return sign_in_answer{.wait = failed->second.not_before - now};
  count_attempt(my, m.login, now);
  auto known = my.logins.find(m.login);
  auto id = known == my.logins.end() ? domain::user_id{} : known->second;
  const auto* asked_for = find(my, id);
  auto set_at = asked_for ? asked_for->password_set_at : 0;
  auto promise = self->make_response_promise<sign_in_answer>();
  self->request(my.with.passwords, password_timeout, check_password{id, m.password})
      .then(
          [self, id, login = m.login, cookie = m.cookie_hash, set_at,
           promise](password_checked checked) mutable {
            const auto* account = find(self->state, id);
            // Who had a password before may have shown that one.
            bool is_another = set_at != 0 && account && account->password_set_at != set_at;
            if (!checked.matches || is_another || !account || !account->is.is_active) {
              auto& failures = self->state.failed_sign_ins[login];
              failures.not_before = self->state.with.now() + wait_after(failures.count);
              self->state.with.log.warn("sign-in refused", {{"login", login}});
              promise.deliver(sign_in_answer{});
              return;
            }
            self->state.failed_sign_ins.erase(login);
            signed_in(self, {id, login, account->is.held, cookie, true}, promise);
          },
          [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

// -- quotas -------------------------------------------------------------------

bool is_under_way(const accounts_state& my, const admit_launch& m) {
  return std::ranges::any_of(my.admissions, [&m](const auto& entry) {
    const auto& other = entry.second.of;
    return other.command == m.command || other.command == m.earlier_command;
  });
}

caf::result<launch_admitted> admit(accounts_state& my, const admit_launch& m) {
  auto now = my.with.now();
  std::erase_if(my.admissions, [now](const auto& entry) {
    return now - entry.second.made_at >= admission_lifetime;
  });
  const auto* account = find(my, m.owner);
  if (!account)
    return no_such_user();
  if (is_under_way(my, m))
    return make_error(errc::in_progress, "the first request with this key is still under way");
  auto admitted = std::ranges::count_if(
      my.admissions, [&m](const auto& entry) { return entry.second.of.owner == m.owner; });
  auto open = open_sessions(my, m.owner) + static_cast<std::uint32_t>(admitted);
  if (open >= account->is.quota && !domain::is_broken(domain::rule::quotas_hold))
    return make_error(errc::quota_exceeded, "you have " + std::to_string(open) + " of "
                                                + std::to_string(account->is.quota)
                                                + " sessions: end one first");
  my.admissions[m.id] = {m, now};
  return launch_admitted{};
}

} // namespace

accounts_actor::behavior_type accounts(accounts_pointer self, accounts_collaborators with) {
  auto& my = self->state;
  my.with = std::move(with);
  my.started_at = my.with.now();
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  follow_log(self, my.with.journal, all_unfinished,
             [self](const event_page& page) { take(self->state, page); });
  return {
      [self](const authenticate& m) { return identify(self, m); },
      [self](const sign_in& m) { return try_sign_in(self, m); },
      [self](const list_users&) {
        user_list all;
        for (const auto& [id, account] : self->state.accounts)
          all.users.push_back(view(self->state, account));
        return all;
      },
      [self](const get_user& m) -> caf::result<user_view> {
        if (const auto* account = find(self->state, m.id))
          return view(self->state, *account);
        return no_such_user();
      },
      [self](const create_user& m) { return create(self, m); },
      [self](const change_user& m) { return change_existing(self, m); },
      [self](const set_password& m) { return set(self, m); },
      [self](const admit_launch& m) { return admit(self->state, m); },
      [self](const withdraw_launch& m) { self->state.admissions.erase(m.id); },
  };
}

} // namespace berth::actors
