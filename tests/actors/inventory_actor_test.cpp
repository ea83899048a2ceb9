#include "actors/inventory_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/fake_hypervisor.hpp"
#include "tests/support/test_journal.hpp"

#include <utility>

using namespace berth;
using namespace berth::tests;
using actors::errc;
using actors::node_view;
using actors::template_view;

namespace {

constexpr domain::user_id admin{1};
const domain::node_name pve1{"pve-1"};

/// What the scheduler and the directory know of the nodes.
struct occupied {
  std::vector<domain::candidate> nodes;
  std::vector<eventstore::session_row> sessions;
  std::optional<actors::list_sessions> asked;
};

actors::scheduler_actor::behavior_type fake_scheduler(std::shared_ptr<occupied> by) {
  return {
      [](const actors::node_load&) {},
      [](const actors::place_session&) { return actors::placement{}; },
      [by](const actors::get_node_loads&) { return actors::node_loads{by->nodes}; },
  };
}

actors::session_directory_actor::behavior_type fake_directory(std::shared_ptr<occupied> by) {
  return {
      [by](const actors::list_sessions& m) {
        by->asked = m;
        return actors::session_list{by->sessions};
      },
      [](const actors::find_sessions&) { return actors::session_list{}; },
      [](const actors::list_templates&) { return actors::template_list{}; },
      [](const actors::find_kept_session&) { return actors::kept_session{}; },
      [](const actors::list_nodes&) { return actors::node_list{}; },
  };
}

struct fixture : actor_fixture {
  explicit fixture(std::uint64_t seed = 1) : actor_fixture{seed} { start(); }

  test_journal journal{*this};
  std::shared_ptr<fake_cluster> cluster = std::make_shared<fake_cluster>(clock());
  std::shared_ptr<occupied> by = std::make_shared<occupied>();
  actors::inventory_actor inventory;

  void start() {
    actors::inventory_collaborators with{journal.handle(), spawn(fake_hypervisor, cluster),
                                         spawn(fake_scheduler, by), spawn(fake_directory, by),
                                         [] { return domain::ulid{{0xc0}}; }};
    inventory = spawn(actors::inventory, with);
    settle();
  }

  static domain::template_spec spec(const std::string& name = "Ubuntu", std::uint32_t vmid = 9001) {
    return {.name = name,
            .os = domain::os_type::linux,
            .protocol = domain::desktop_protocol::rdp,
            .source = {vmid}};
  }
  pending<template_view> create(const domain::template_spec& wanted = spec()) {
    return ask<template_view>(inventory, actors::create_template{wanted, admin});
  }
  pending<template_view> change(domain::template_id id,
                                std::vector<domain::template_command> wanted,
                                std::optional<std::uint64_t> if_version = {}) {
    return ask<template_view>(inventory,
                              actors::change_template{id, std::move(wanted), admin, if_version});
  }
  pending<template_view> change(domain::template_id id, const domain::template_spec& wanted,
                                std::optional<std::uint64_t> if_version = {}) {
    return change(id, std::vector<domain::template_command>{domain::change_template{wanted}},
                  if_version);
  }
  pending<template_view> get(domain::template_id id) {
    return ask<template_view>(inventory, actors::get_template{id});
  }
  pending<node_view> add_node(const std::string& name = "pve-1", std::uint32_t max_vms = 50) {
    return ask<node_view>(inventory,
                          actors::register_node{{{name}, name + ".example.org", max_vms}, admin});
  }
  pending<node_view> change_node(domain::node_command wanted,
                                 std::optional<std::uint64_t> if_version = {}) {
    return ask<node_view>(inventory,
                          actors::change_node{pve1, std::move(wanted), admin, if_version});
  }
  pending<node_view> get_node() { return ask<node_view>(inventory, actors::get_node{pve1}); }

  template <class Answer>
  static errc code(const pending<Answer>& refused) {
    return actors::code_of(refused.error()).value();
  }
  template <class Answer>
  static std::string text(const pending<Answer>& refused) {
    return actors::text_of(refused.error());
  }
  std::vector<eventstore::recorded_event> history(const std::string& stream) {
    return ask<actors::stream_history>(journal.handle(), actors::read_stream{stream})
        .value()
        .events;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "inventory: a template is created for good, and says who made it") {
  auto made = create().value();
  CHECK(made.is.id.value == 1);
  CHECK(made.is.is_active);
  CHECK(made.version == 1);
  CHECK(made.warnings.empty());
  auto recorded = history("template-1");
  REQUIRE(recorded.size() == 1);
  CHECK(recorded.front().because.actor == "user:1");
  CHECK(get({1}).value().is.spec == spec());
}

TEST_CASE("inventory: two creations at once get different ids") {
  with_seeds(20, [](std::uint64_t seed) {
    fixture f{seed};
    auto first = f.request<template_view>(f.inventory, actors::create_template{f.spec(), admin});
    auto second =
        f.request<template_view>(f.inventory, actors::create_template{f.spec("Kali"), admin});
    f.settle();
    CHECK(first.value().is.id.value + second.value().is.id.value == 3);
  });
}

TEST_CASE_FIXTURE(fixture, "inventory: an id goes on after the greatest that ever was") {
  for (int i = 0; i < 11; ++i)
    create();
  start();
  CHECK(create().value().is.id.value == 12);
  auto all = ask<actors::all_templates>(inventory, actors::list_all_templates{}).value();
  REQUIRE(all.templates.size() == 12);
  CHECK(all.templates[1].is.id.value == 2);
}

TEST_CASE_FIXTURE(fixture, "inventory: a template that Proxmox does not have is refused") {
  cluster->templates[{9001}] = {.exists = true, .is_template = true};
  cluster->templates[{100}] = {.exists = true};
  auto absent = create(spec("Ubuntu", 9002));
  CHECK(code(absent) == errc::invalid);
  CHECK(text(absent) == "template_vmid: Proxmox has no VM 9002, or does not show it to Berth");
  auto plain = create(spec("Ubuntu", 100));
  CHECK(code(plain) == errc::invalid);
  CHECK(text(plain) == "template_vmid: VM 100 is not a template in Proxmox");
  CHECK(history("template-1").empty());
}

TEST_CASE_FIXTURE(fixture, "inventory: hardware that differs from Proxmox's is a warning") {
  cluster->templates[{9001}] = {
      .exists = true, .is_template = true, .cpu_cores = 2, .ram_mb = 4096, .disk_gb = 32};
  CHECK(create().value().warnings
        == std::vector<std::string>{
            "VM 9001 has 2 cores in Proxmox, not 4: its sessions get 4 cores",
            "VM 9001 has 32 GiB of disk in Proxmox, not 50: its sessions get 32 GiB"});
}

TEST_CASE_FIXTURE(fixture, "inventory: nothing is created while Proxmox cannot be asked") {
  cluster->available = false;
  CHECK(code(create()) == errc::cluster_unavailable);
  CHECK(code(add_node()) == errc::cluster_unavailable);
  CHECK(history("template-1").empty());
}

TEST_CASE_FIXTURE(fixture, "inventory: what is malformed is refused before Proxmox is asked") {
  cluster->available = false;
  CHECK(text(create(spec(""))) == "name has 1 to 100 characters");
  CHECK(code(add_node("pve 1")) == errc::invalid);
}

TEST_CASE_FIXTURE(fixture, "inventory: a template changes, all of it or nothing") {
  create();
  auto renamed = change({1}, {domain::change_template{spec("Debian")}, domain::disable_template{}});
  CHECK(renamed.value().is.spec.name == "Debian");
  CHECK_FALSE(renamed.value().is.is_active);
  CHECK(renamed.value().version == 3);
  CHECK(code(change({1}, {domain::enable_template{}, domain::change_template{spec("")}}))
        == errc::invalid);
  CHECK_FALSE(get({1}).value().is.is_active);
  CHECK(code(change({7}, spec())) == errc::unknown);
  CHECK(code(get({7})) == errc::unknown);
}

TEST_CASE_FIXTURE(fixture, "inventory: a change that changes nothing leaves no trace") {
  create();
  CHECK(change({1}, spec()).value().version == 1);
  CHECK(history("template-1").size() == 1);
}

TEST_CASE_FIXTURE(fixture, "inventory: only another source is looked for in Proxmox") {
  create();
  cluster->available = false;
  CHECK(change({1}, spec("Debian")).value().is.spec.name == "Debian");
  CHECK(code(change({1}, spec("Debian", 9002))) == errc::cluster_unavailable);
  cluster->available = true;
  cluster->templates[{9002}] = {.exists = true, .is_template = true};
  CHECK(change({1}, spec("Debian", 9002)).value().warnings.size() == 3);
}

TEST_CASE_FIXTURE(fixture, "inventory: whoever has seen another version is refused") {
  create();
  CHECK(change({1}, spec("Debian"), 1).value().version == 2);
  CHECK(code(change({1}, spec("Kali"), 1)) == errc::changed_meanwhile);
  add_node();
  CHECK(code(change_node(domain::begin_drain{}, 7)) == errc::changed_meanwhile);
  CHECK(change_node(domain::begin_drain{}, 1).value().version == 2);
}

TEST_CASE("inventory: of two changes of one version one is refused") {
  with_seeds(20, [](std::uint64_t seed) {
    fixture f{seed};
    f.create();
    auto ask_for = [&f](const std::string& name) {
      return f.request<template_view>(
          f.inventory,
          actors::change_template{{1}, {domain::change_template{f.spec(name, 9002)}}, admin, 1});
    };
    auto first = ask_for("Debian");
    auto second = ask_for("Kali");
    f.settle();
    CHECK(f.get({1}).value().version == 2);
    auto name = f.get({1}).value().is.spec.name;
    CHECK(f.code(name == "Debian" ? second : first) == errc::changed_meanwhile);
  });
}

TEST_CASE("inventory: what somebody else wrote is folded before it is decided anew") {
  with_seeds(20, [](std::uint64_t seed) {
    fixture f{seed};
    f.add_node();
    actors::append_events elsewhere{{.stream = "node-pve-1",
                                     .expected_version = 1,
                                     .events = {domain::node_drain_begun{"new disks"}},
                                     .because = {.actor = "system:test"}}};
    auto written = f.request<actors::event_page>(f.journal.handle(), elsewhere);
    auto changed = f.request<node_view>(
        f.inventory, actors::change_node{pve1, domain::begin_maintenance{}, admin, {}});
    f.settle();
    if (changed.value().version == 3)
      CHECK(changed.value().is.mode == domain::node_mode::maintenance);
    else // It was first, and the other had to give way.
      CHECK(actors::code_of(written.error()) == errc::not_in_this_state);
  });
}

TEST_CASE_FIXTURE(fixture, "inventory: a node is registered when the cluster has it") {
  cluster->nodes[pve1] = {.online = false};
  CHECK(add_node().value().is.hostname == "pve-1.example.org");
  auto again = add_node("pve-1", 10);
  CHECK(code(again) == errc::not_in_this_state);
  CHECK(text(again) == "the node pve-1 is registered already");
  auto stranger = add_node("pve-9");
  CHECK(code(stranger) == errc::invalid);
  CHECK(text(stranger) == "name: the cluster has no node of this name");
}

TEST_CASE("inventory: of two registrations of one node one is refused") {
  with_seeds(20, [](std::uint64_t seed) {
    fixture f{seed};
    auto ask_for = [&f](std::uint32_t max_vms) {
      return f.request<node_view>(f.inventory,
                                  actors::register_node{{pve1, "pve-1", max_vms}, admin});
    };
    auto first = ask_for(10);
    auto second = ask_for(20);
    f.settle();
    auto limit = f.get_node().value().is.max_vms;
    CHECK(f.code(limit == 10 ? second : first) == errc::not_in_this_state);
  });
}

TEST_CASE_FIXTURE(fixture, "inventory: a node's limit and mode change") {
  add_node();
  CHECK(change_node(domain::register_node{pve1, "pve-1", 7}).value().is.max_vms == 7);
  CHECK(change_node(domain::begin_drain{"disks"}).value().is.mode == domain::node_mode::draining);
  CHECK(change_node(domain::return_node{}).value().is.mode == domain::node_mode::in_service);
}

TEST_CASE_FIXTURE(fixture, "inventory: a node is removed when it is out of service and empty") {
  add_node();
  auto busy = change_node(domain::remove_node{});
  CHECK(code(busy) == errc::not_in_this_state);
  CHECK(text(busy).find("in service") != std::string::npos);
  change_node(domain::begin_drain{});
  CHECK(change_node(domain::remove_node{}).value().is.mode == domain::node_mode::removed);
  CHECK(code(get_node()) == errc::unknown);
  CHECK(code(change_node(domain::return_node{})) == errc::unknown);
  CHECK(add_node().value().is.mode == domain::node_mode::in_service);
}

TEST_CASE_FIXTURE(fixture, "inventory: a node with VMs or sessions stays") {
  add_node();
  change_node(domain::begin_drain{});
  by->nodes = {{.of = {.name = pve1}, .reservations = {{}, {}}}};
  auto placed = change_node(domain::remove_node{});
  CHECK(code(placed) == errc::not_in_this_state);
  CHECK(text(placed) == "the node pve-1 still has 2 VMs of ours: wait for the end");
  by->nodes.front().reservations.clear();
  by->sessions = {{}};
  auto kept = change_node(domain::remove_node{});
  CHECK(text(kept) == "the node pve-1 still has 1 session of ours: wait for the end");
  REQUIRE(by->asked);
  CHECK(by->asked->wanted.node == pve1);
  CHECK(by->asked->wanted.not_closed);
  CHECK(by->asked->at_least == history("node-pve-1").back().position);
  CHECK(get_node().value().is.mode == domain::node_mode::draining);
}

TEST_CASE_FIXTURE(fixture, "inventory: nothing is answered that is not in the log") {
  create();
  journal.refuse_appends("the disk is full");
  CHECK(code(create()) == errc::log_refused);
  CHECK(code(change({1}, spec("Debian"))) == errc::log_refused);
  CHECK(get({1}).value().is.spec.name == "Ubuntu");
  journal.refuse_appends(std::nullopt);
  CHECK(create().value().is.id.value == 2);
}
