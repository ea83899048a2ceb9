#include "tests/fuzz/populated_api.hpp"

#include "actors/errors.hpp"
#include "adapters/http/token_hash.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/fake_supervisor.hpp"
#include "tests/support/session_histories.hpp"

namespace berth::fuzz {

namespace {

using namespace berth::tests;

constexpr domain::user_id ana{7};
const std::string secret = "a-fresh-secret";

caf::error unknown(const char* what) {
  return actors::make_error(actors::errc::unknown, what);
}

// -- people -------------------------------------------------------------------

actors::user_view user(domain::user_id id) {
  actors::user_view view;
  view.is.id = id;
  view.is.login = "ana";
  view.is.tokens.push_back({.hash = http::token_hash("berth_" + secret), .label = "laptop"});
  view.version = 3;
  return view;
}

caf::result<actors::caller> find_caller(const actors::authenticate& shown) {
  const std::map<std::string, domain::role> tokens{{"berth_engineer", domain::role::engineer},
                                                   {"berth_admin", domain::role::admin},
                                                   {"berth_auditor", domain::role::auditor}};
  for (const auto& [token, held] : tokens)
    if (!shown.by_cookie && shown.credential_hash == http::token_hash(token))
      return actors::caller{ana, "ana", held, shown.credential_hash};
  if (shown.by_cookie && shown.credential_hash == http::token_hash("a-cookie"))
    return actors::caller{ana, "ana", domain::role::admin, shown.credential_hash, true};
  return unknown("nobody");
}

actors::accounts_actor::behavior_type accounts() {
  return {
      [](const actors::authenticate& m) { return find_caller(m); },
      [](const actors::sign_in& m) {
        actors::sign_in_answer answer{.expires_at = nine + 12h};
        if (m.login == "ana")
          answer.who = actors::caller{ana, "ana", domain::role::admin, m.cookie_hash, true};
        return answer;
      },
      [](const actors::list_users&) {
        return actors::user_list{{user(ana), user({8})}};
      },
      [](const actors::get_user& m) { return user(m.id); },
      [](const actors::create_user&) { return user({9}); },
      [](const actors::change_user& m) { return user(m.id); },
      [](const actors::set_password& m) { return user(m.id); },
      [](const actors::admit_launch&) { return actors::launch_admitted{}; },
      [](const actors::withdraw_launch&) {},
  };
}

// -- sessions -----------------------------------------------------------------

actors::session_view session() {
  return {fold(until_active()), 9, 42};
}

actors::session_supervisor_actor::behavior_type supervisor() {
  return fake_supervisor({.any = [](const domain::session_id&) { return session(); }});
}

eventstore::session_row row(const domain::session_id& id) {
  eventstore::session_row shown;
  shown.id = id;
  shown.owner = ana;
  shown.status = "active";
  shown.node = pve1;
  return shown;
}

actors::session_directory_actor::behavior_type directory() {
  return {
      // As many as were asked for: there is always a next page.
      [](const actors::list_sessions& m) {
        actors::session_list list;
        list.sessions.resize(std::min(m.wanted.limit, 3u), row(own));
        return list;
      },
      [](const actors::find_sessions&) { return actors::session_list{}; },
      [](const actors::list_templates&) {
        return actors::template_list{
            {{.is = {{1}, ubuntu(), true}}, {.is = {{2}, ubuntu(), true}}}};
      },
      [](const actors::find_kept_session&) { return actors::kept_session{keeper}; },
      [](const actors::list_nodes&) {
        return actors::node_list{{{.is = {.name = pve1}}, {.is = {.name = pve2}}}};
      },
  };
}

actors::desktop_actor::behavior_type desktops() {
  return {[](const actors::open_desktop&) {
    return actors::desktop_link{domain::secret{"https://guacamole.example.org/#/client/x?token=y"}};
  }};
}

// -- the cluster --------------------------------------------------------------

actors::inventory_actor::behavior_type inventory() {
  auto one = [](domain::template_id id) {
    return actors::template_view{{id, ubuntu(), id.value == 1}, 1, {"a warning"}};
  };
  auto node = [](const domain::node_name& name) { return actors::node_view{{.name = name}, 2}; };
  return {
      [one](const actors::create_template&) { return one({3}); },
      [one](const actors::change_template& m) { return one(m.id); },
      [one](const actors::get_template& m) { return one(m.id); },
      [one](const actors::list_all_templates&) {
        return actors::all_templates{{one({1}), one({2})}};
      },
      [node](const actors::register_node& m) { return node(m.wanted.node); },
      [node](const actors::change_node& m) -> caf::result<actors::node_view> {
        if (m.name != pve1)
          return unknown("no node");
        return node(m.name);
      },
      [node](const actors::get_node& m) -> caf::result<actors::node_view> {
        if (m.name != pve1)
          return unknown("no node");
        return node(m.name);
      },
  };
}

actors::scheduler_actor::behavior_type scheduler() {
  return {
      [](const actors::node_load&) {},
      [](const actors::place_session&) {
        return actors::placement{pve1, {}};
      },
      [](const actors::get_node_loads&) { return actors::node_loads{}; },
  };
}

actors::load_history_actor::behavior_type load_history() {
  return {[](const actors::node_load&) {},
          [](const actors::get_recent_loads&) { return actors::recent_loads{}; }};
}

actors::reconciler_actor::behavior_type reconciler() {
  return {
      [](const actors::reconcile_now&) { return actors::reconciliation_report{}; },
      [](const actors::get_reconciliation&) { return actors::reconciliation_report{}; },
  };
}

// -- the log ------------------------------------------------------------------

eventstore::recorded_event recorded() {
  eventstore::recorded_event one;
  one.position = 1;
  one.stream = eventstore::stream_of(own);
  one.version = 1;
  one.because.actor = "user:7";
  one.event = domain::session_event{requested()};
  return one;
}

actors::journal_actor::behavior_type journal() {
  return {
      [](const actors::append_events&) { return actors::event_page{}; },
      [](const actors::read_stream&) { return actors::stream_history{{recorded()}}; },
      [](const actors::next_events&) { return actors::event_page{}; },
      [](const actors::watch_commits&) { return actors::watching_commits{}; },
      [](const actors::find_command&) { return actors::event_page{}; },
      [](const actors::recall_sessions&) { return actors::stream_history{}; },
      [](const actors::take_vmid&) { return domain::vm_id{10'000'009}; },
      [](const actors::skip_vmids&) {},
      [](const actors::read_debts&) {
        return actors::debts{{}, 42};
      },
  };
}

actors::audit_actor::behavior_type audit() {
  return {
      [](const actors::search_log&) {
        return eventstore::found_events{{recorded()}, 1};
      },
      [](const actors::show_state&) {
        return actors::state_as_of{recorded(), {}};
      },
      [](const actors::export_log& m) {
        return eventstore::exported_page{"{}\n", m.after, true};
      },
      [](const actors::verify_log&) { return actors::log_verified{}; },
  };
}

actors::metrics_actor::behavior_type metrics() {
  return {[](const actors::scrape&) { return actors::exposition{"# HELP\n"}; }};
}

} // namespace

populated_api::populated_api()
    : facade_{in_.spawn(http::http_facade,
                        http::facade_collaborators{.supervisor = in_.spawn(supervisor),
                                                   .directory = in_.spawn(directory),
                                                   .scheduler = in_.spawn(scheduler),
                                                   .journal = in_.spawn(journal),
                                                   .accounts = in_.spawn(accounts),
                                                   .inventory = in_.spawn(inventory),
                                                   .desktops = in_.spawn(desktops),
                                                   .metrics = in_.spawn(metrics),
                                                   .load_history = in_.spawn(load_history),
                                                   .reconciler = in_.spawn(reconciler),
                                                   .audit = in_.spawn(audit),
                                                   .now = in_.clock(),
                                                   .next_id = [] { return own.value; },
                                                   .fresh_secret = [] { return secret; },
                                                   .has_desktops = true,
                                                   .has_pages = true})} {}

http::api_response populated_api::answer(const http::api_call& call) {
  auto answer = in_.ask<http::api_response>(facade_, call);
  require(answer.ready() && !answer.is_error(), "every call is answered, and with a response");
  return answer.value();
}

} // namespace berth::fuzz
