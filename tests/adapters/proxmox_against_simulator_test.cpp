#include "adapters/proxmox/vm_marks.hpp"
#include "tests/support/simulated_proxmox.hpp"

using namespace berth;
using namespace berth::tests;
using actors::errc;
using domain::task_state;
using domain::vm_lock;
using domain::vm_marks;
using domain::vm_power;

namespace {

constexpr domain::vm_id vm{10'000'000};
constexpr domain::vm_id source{9001};
const domain::session_id session{{{1, 2, 3}}};
const domain::node_name pve1{"pve-1"};
const domain::node_name pve2{"pve-2"};

struct fixture : actor_fixture {
  net::asio::io_context io{1};
  simulated_proxmox sim{io};
  proxmox::proxmox_settings settings = sim.settings();
  proxmox::hypervisor_interface hypervisor;
  std::vector<std::pair<std::string, std::uint32_t>> probed;
  bool desktop_listens = false;
  /// Simulated guests have no network: nothing may really be dialled.
  proxmox::port_probe probe = [this](std::string address, std::uint32_t port) {
    return pretend_to_probe(std::move(address), port);
  };

  ~fixture() {
    // Its sockets go before the io_context they belong to.
    if (hypervisor)
      kill(hypervisor);
  }

  /// An answer, or the reason why there is none. Runs sockets and actors in this thread.
  template <class Answer>
  pending<Answer> finish(pending<Answer> answer) {
    run_until(io, [&] {
      settle();
      return answer.ready();
    });
    return answer;
  }

  template <class Answer, class Message>
  pending<Answer> begin(Message message) {
    if (!hypervisor) {
      auto around = proxmox::over_the_network(io, settings, quiet);
      around.probe = probe;
      hypervisor = spawn(proxmox::proxmox_hypervisor,
                         std::make_shared<proxmox::vm_gateway>(io, settings, around));
    }
    return request<Answer>(hypervisor, std::move(message));
  }

  pending<actors::order_accepted> order(domain::vm_order wanted) {
    return finish(begin<actors::order_accepted>(actors::carry_out{std::move(wanted)}));
  }
  domain::vm_sighting look(actors::look_at_vm at) {
    return finish(begin<domain::vm_sighting>(std::move(at))).value();
  }
  domain::vm_sighting look(const std::string& upid = {}) { return look(look_for(upid)); }
  domain::node_sample sample(const domain::node_name& node) {
    return finish(begin<domain::node_sample>(actors::sample_node{node})).value();
  }
  static actors::look_at_vm look_for(const std::string& upid = {}) {
    return {.vm = vm, .marked = session, .cloned_from = source, .upid = upid};
  }

  /// Looks until `seen` is content; run_until's limit does not apply, so the number of looks is
  /// bounded.
  template <class Predicate>
  domain::vm_sighting look_until(actors::look_at_vm at, Predicate content) {
    domain::vm_sighting seen;
    for (int looks = 0; looks < 200; ++looks)
      if (seen = look(at); content(seen))
        return seen;
    FAIL("not seen within 200 looks");
    return seen;
  }
  domain::vm_sighting finished(const std::string& upid) {
    return look_until(look_for(upid), [](const auto& seen) {
      return seen.task != task_state::running && seen.lock == vm_lock::none;
    });
  }

  std::string clone(const domain::node_name& target = pve1) {
    return order(domain::clone_vm{vm, session, source, target}).value().upid;
  }
  void make_configured_vm(const domain::node_name& target = pve1) {
    finished(clone(target));
    order(domain::configure_vm{vm, session, 2, 2048}).value();
  }
  errc refusal(domain::vm_order wanted) {
    return actors::code_of(order(std::move(wanted)).error()).value();
  }

  net::awaitable<bool> pretend_to_probe(std::string address, std::uint32_t port) {
    probed.emplace_back(std::move(address), port);
    co_return desktop_listens;
  }

  void run_guest() {
    make_configured_vm();
    finished(order(domain::start_vm{vm, session}).value().upid);
    sim.wait(60);
  }
  pending<actors::guest_password_set> set_password(const std::string& password = "correct horse") {
    return finish(begin<actors::guest_password_set>(
        actors::set_guest_password{vm, session, "tester", domain::secret{password}}));
  }
  errc password_refusal(const std::string& password = "correct horse") {
    return actors::code_of(set_password(password).error()).value();
  }
  actors::template_facts facts_of(domain::vm_id of) {
    return finish(begin<actors::template_facts>(actors::inspect_template{of})).value();
  }
  actors::node_facts facts_of(const domain::node_name& of) {
    return finish(begin<actors::node_facts>(actors::inspect_node{of})).value();
  }

  static inline const actors::logger quiet{actors::log_level::error, [](std::string_view) {}};
};

} // namespace

TEST_CASE_FIXTURE(fixture, "proxmox: a VM is cloned, configured, started, reached, stopped and "
                           "deleted") {
  auto cloned = finished(clone(pve2));
  CHECK(cloned.task == task_state::succeeded);
  CHECK(cloned.node == pve2);
  CHECK(cloned.marks == vm_marks::ours);

  CHECK(order(domain::configure_vm{vm, session, 2, 2048}).value().upid.empty());
  CHECK(look().marks == vm_marks::configured);
  const auto& config = sim.cluster.vms.at(vm.value).config;
  CHECK(config.at("cores") == "2");
  CHECK(config.at("memory") == "2048");
  CHECK(config.at("tags") == "berth;berth-01081g00000000000000000000");

  auto started = order(domain::start_vm{vm, session}).value().upid;
  CHECK(finished(started).task == task_state::succeeded);
  sim.wait(60);
  auto at = look_for();
  at.want_address = true;
  auto reached = look_until(at, [](const auto& seen) { return seen.address.has_value(); });
  CHECK(reached.power == vm_power::running);

  CHECK(finished(order(domain::stop_vm{vm, session}).value().upid).task == task_state::succeeded);
  at = look_for();
  at.want_power = true;
  CHECK(look(at).power == vm_power::stopped);
  auto erased = order(domain::delete_vm{vm, session}).value().upid;
  auto gone = look_until(look_for(erased), [](const auto& seen) { return !seen.present; });
  CHECK(gone.complete);
  CHECK_FALSE(sim.cluster.vms.contains(vm.value));
}

TEST_CASE_FIXTURE(fixture, "proxmox: thirty sessions that wait cost the calls of one") {
  look();
  auto calls_of = [this](std::uint32_t sessions) {
    auto before = sim.requests();
    std::vector<pending<domain::vm_sighting>> all;
    for (std::uint32_t i = 0; i < sessions; ++i) {
      auto at = look_for();
      at.vm.value += i;
      all.push_back(begin<domain::vm_sighting>(at));
    }
    for (auto& one : all)
      finish(one);
    return sim.requests() - before;
  };
  auto of_one = calls_of(1);
  CHECK(of_one > 0);
  CHECK(calls_of(30) == of_one);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a clone whose answer was lost is seen at work, and found") {
  settings.full_clone = true;
  sim.cluster.faults.push_back(
      {.kind = "drop_after", .method = "POST", .path_contains = "/clone", .count = 1});
  CHECK(refusal(domain::clone_vm{vm, session, source, pve1}) == errc::outcome_unknown);
  auto seen = look();
  CHECK(seen.task == task_state::running);
  CHECK(seen.lock == vm_lock::clone);
  sim.wait(3600);
  seen = look();
  CHECK(seen.task == task_state::none);
  CHECK(seen.marks == vm_marks::ours);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a clone that never arrived leaves nothing behind") {
  sim.cluster.faults.push_back(
      {.kind = "drop_before", .method = "POST", .path_contains = "/clone", .count = 1});
  CHECK(refusal(domain::clone_vm{vm, session, source, pve1}) == errc::outcome_unknown);
  auto seen = look();
  CHECK(seen.complete);
  CHECK_FALSE(seen.present);
  CHECK(seen.task == task_state::none);
  CHECK(finished(clone()).task == task_state::succeeded);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a clone that fails says why, and what to do") {
  sim.cluster.faults.push_back(
      {.kind = "fail_task", .count = 1, .reason = "No space left on device"});
  auto seen = finished(clone());
  CHECK(seen.task == task_state::failed);
  CHECK(seen.task_fault == domain::fault_class::capacity);
  CHECK(seen.task_error == "Proxmox: clone failed: No space left on device");
}

TEST_CASE_FIXTURE(fixture, "proxmox: a clone whose worker was killed stays locked without a task") {
  sim.cluster.faults.push_back({.kind = "stuck_clone", .count = 1});
  auto seen =
      look_until(look_for(clone()), [](const auto& s) { return s.task != task_state::running; });
  CHECK(seen.lock == vm_lock::clone);
  CHECK(seen.marks != vm_marks::foreign);
}

TEST_CASE_FIXTURE(fixture, "proxmox: no more clones at once than the storage bears") {
  settings.full_clone = true;
  settings.clones_at_once = 2;
  std::vector<pending<actors::order_accepted>> all;
  for (std::uint32_t i = 0; i < 3; ++i)
    all.push_back(begin<actors::order_accepted>(
        actors::carry_out{domain::clone_vm{{vm.value + i}, session, source, pve1}}));
  finish(all[0]);
  finish(all[1]);
  look();
  CHECK_FALSE(all[2].ready());
  CHECK(sim.requests("POST", "/clone") == 2);
  sim.wait(3600);
  finish(all[2]).value();
  CHECK(sim.requests("POST", "/clone") == 3);
}

TEST_CASE_FIXTURE(fixture, "proxmox: no more than four VMs of a node are taken down at once") {
  std::vector<pending<actors::order_accepted>> all;
  for (std::uint32_t i = 0; i < 5; ++i) {
    domain::vm_id each{vm.value + i};
    sim.cluster.add_vm(each.value, "pve-1", proxmox::mark_of(session), 1024, 1);
    all.push_back(
        begin<actors::order_accepted>(actors::carry_out{domain::delete_vm{each, session}}));
  }
  for (std::size_t i = 0; i < 4; ++i)
    finish(all[i]).value();
  look();
  CHECK_FALSE(all[4].ready());
  CHECK(sim.requests("DELETE") == 4);
  sim.wait(60);
  finish(all[4]).value();
  CHECK(sim.requests("DELETE") == 5);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a VM that names somebody else is never touched") {
  sim.cluster.add_vm(vm.value, "pve-2", "mail", 1024, 1);
  CHECK(look().marks == vm_marks::foreign);
  auto before = sim.cluster.journal.all().size();
  CHECK(refusal(domain::delete_vm{vm, session}) == errc::not_ours);
  CHECK(refusal(domain::stop_vm{vm, session}) == errc::not_ours);
  CHECK(refusal(domain::shut_down_vm{vm, session}) == errc::not_ours);
  CHECK(refusal(domain::configure_vm{vm, session, 1, 512}) == errc::not_ours);
  CHECK(sim.cluster.journal.all().size() > before);
  CHECK(sim.requests("DELETE") + sim.requests("POST") + sim.requests("PUT") == 0);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a VM that moved is found again") {
  make_configured_vm(pve1);
  look();
  sim.cluster.move(vm.value, "pve-2");
  auto started = order(domain::start_vm{vm, session}).value().upid;
  CHECK(finished(started).task == task_state::succeeded);
  CHECK(look().node == pve2);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a VM that runs already counts as started") {
  make_configured_vm();
  finished(order(domain::start_vm{vm, session}).value().upid);
  auto again = order(domain::start_vm{vm, session}).value().upid;
  CHECK((again.empty() || finished(again).task == task_state::succeeded));
}

TEST_CASE_FIXTURE(fixture, "proxmox: a VM that does not exist is deleted already") {
  CHECK(order(domain::delete_vm{vm, session}).value().upid.empty());
}

TEST_CASE_FIXTURE(fixture, "proxmox: a clone that kept its template's protection is deleted") {
  sim.cluster.vms.at(source.value).config["protection"] = "1";
  finished(clone());
  auto erased = order(domain::delete_vm{vm, session}).value().upid;
  look_until(look_for(erased), [](const auto& seen) { return !seen.present; });
}

TEST_CASE_FIXTURE(fixture, "proxmox: configuration takes away what a template passes on") {
  auto& gold = sim.cluster.vms.at(source.value).config;
  gold["protection"] = gold["onboot"] = "1";
  gold["tags"] = "gold";
  make_configured_vm();
  const auto& config = sim.cluster.vms.at(vm.value).config;
  CHECK(config.at("protection") == "0");
  CHECK(config.at("onboot") == "0");
  CHECK(config.at("tags").find("gold") == std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "proxmox: without quorum nothing is taken to be absent") {
  sim.cluster.quorate = false;
  auto seen = look();
  CHECK_FALSE(seen.present);
  CHECK_FALSE(seen.complete);
  CHECK(refusal(domain::clone_vm{vm, session, source, pve1}) == errc::transient);
}

TEST_CASE_FIXTURE(fixture, "proxmox: nothing is taken to be absent by a token that cannot see it") {
  auto privileges = pve_simulator::broker_privileges();
  privileges["/vms"].erase("VM.Audit");
  sim.access.add_token(broker_token, "secret", privileges);
  CHECK_FALSE(look().complete);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a VM on a node that is down is still there") {
  make_configured_vm(pve2);
  sim.cluster.nodes.at("pve-2").online = false;
  auto seen = look();
  CHECK(seen.present);
  CHECK_FALSE(seen.node_online);
  CHECK(seen.marks == vm_marks::configured);
  CHECK_FALSE(sample(pve2).online);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a sample has the node's numbers") {
  sim.wait(20);
  auto taken = sample(pve1);
  CHECK(taken.online);
  CHECK(taken.cores == 32);
  CHECK(taken.ram_total_mb == 128 * 1024);
  CHECK(taken.ram_used_mb > 0);
  CHECK_FALSE(sample({"pve-99"}).online);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a guest without a usable address is not ready") {
  make_configured_vm();
  finished(order(domain::start_vm{vm, session}).value().upid);
  sim.wait(60);
  auto at = look_for();
  at.want_address = true;
  // Its card cannot be read at first, and is asked for again.
  sim.cluster.faults = {{.kind = "malformed_body", .method = "GET", .path_contains = "/config"}};
  CHECK_FALSE(look(at).address);
  for (const auto* kind : {"agent_silent", "agent_disabled", "no_address", "link_local_address"}) {
    CAPTURE(kind);
    sim.cluster.faults = {{.kind = kind, .count = -1}};
    CHECK_FALSE(look(at).address);
  }
  sim.cluster.faults.clear();
  CHECK(look(at).address);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a refused token blames no session, and is not tried again at "
                           "once") {
  sim.access.add_token(broker_token, "another secret", pve_simulator::broker_privileges());
  CHECK(refusal(domain::clone_vm{vm, session, source, pve1}) == errc::cluster_unavailable);
  auto before = sim.requests();
  auto seen = finish(begin<domain::vm_sighting>(look_for()));
  CHECK(actors::code_of(seen.error()) == errc::cluster_unavailable);
  CHECK(sim.requests() == before);
}

TEST_CASE_FIXTURE(fixture, "proxmox: answers that cannot be read, or break off, are no absence") {
  for (const auto* kind : {"malformed_body", "truncated_body", "drop_after"}) {
    CAPTURE(kind);
    sim.cluster.faults = {{.kind = kind, .path_contains = "/cluster/resources", .count = -1}};
    auto seen = finish(begin<domain::vm_sighting>(look_for()));
    CHECK(actors::code_of(seen.error()) == errc::cluster_unavailable);
  }
  sim.cluster.faults.clear();
  CHECK(look().complete);
}

TEST_CASE_FIXTURE(fixture, "proxmox: refusals of a clone say what to do next") {
  struct {
    int status;
    const char* reason;
    errc means;
  } const table[] = {{595, "No route to host", errc::transient},
                     {596, "Connection timed out", errc::outcome_unknown},
                     {500, "got no worker upid - start worker failed", errc::transient},
                     {500, "storage 'ceph' is not available on node 'pve-1'", errc::capacity},
                     {400, "Parameter verification failed.", errc::permanent}};
  for (const auto& row : table) {
    CAPTURE(row.reason);
    sim.cluster.faults = {{.kind = "status",
                           .method = "POST",
                           .path_contains = "/clone",
                           .count = 1,
                           .status = row.status,
                           .reason = row.reason}};
    CHECK(refusal(domain::clone_vm{vm, session, source, pve1}) == row.means);
  }
}

TEST_CASE_FIXTURE(fixture, "proxmox: a template that does not exist can never be cloned") {
  CHECK(refusal(domain::clone_vm{vm, session, {9999}, pve1}) == errc::permanent);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a desktop answers when its port takes a connection") {
  run_guest();
  auto at = look_for();
  at.want_address = true;
  look_until(at, [](const auto& seen) { return seen.address.has_value(); });
  CHECK(probed.empty());
  at.want_port = 3389;
  auto silent = look(at);
  CHECK(silent.address);
  CHECK_FALSE(silent.desktop_answers);
  desktop_listens = true;
  auto answered = look(at);
  CHECK(answered.desktop_answers);
  CHECK(probed == std::vector<std::pair<std::string, std::uint32_t>>(2, {*answered.address, 3389}));
}

TEST_CASE_FIXTURE(fixture, "proxmox: a template is known by its flag and its hardware") {
  auto facts = facts_of(source);
  CHECK(facts.exists);
  CHECK(facts.is_template);
  CHECK(facts.node == pve1);
  auto& config = sim.cluster.vms.at(source.value).config;
  config["cores"] = "2";
  config["sockets"] = "2";
  config["memory"] = "3072";
  config["scsi0"] = "ceph:base-9001-disk-0,size=40G";
  facts = facts_of(source);
  CHECK(facts.cpu_cores == 4);
  CHECK(facts.ram_mb == 3072);
  CHECK(facts.disk_gb == 40);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a VM is no template, and nothing is no VM") {
  make_configured_vm();
  CHECK(facts_of(vm).exists);
  CHECK_FALSE(facts_of(vm).is_template);
  CHECK_FALSE(facts_of(domain::vm_id{9999}).exists);
}

TEST_CASE_FIXTURE(fixture, "proxmox: what cannot be inspected is not taken to be absent") {
  sim.cluster.set_online("pve-1", false);
  auto of_template = finish(begin<actors::template_facts>(actors::inspect_template{source}));
  CHECK(actors::code_of(of_template.error()) == errc::cluster_unavailable);
  sim.cluster.faults = {{.kind = "status", .path_contains = "/cluster/resources", .count = -1}};
  auto of_node = finish(begin<actors::node_facts>(actors::inspect_node{pve1}));
  CHECK(actors::code_of(of_node.error()) == errc::cluster_unavailable);
}

TEST_CASE_FIXTURE(fixture, "proxmox: the cluster tells which nodes it has") {
  sim.cluster.set_online("pve-2", false);
  CHECK(facts_of(pve1).online);
  CHECK(facts_of(pve2).exists);
  CHECK_FALSE(facts_of(pve2).online);
  CHECK_FALSE(facts_of(domain::node_name{"pve-99"}).exists);
}

TEST_CASE_FIXTURE(fixture, "proxmox: an account of a guest gets a password") {
  run_guest();
  set_password().value();
  CHECK(sim.cluster.vms.at(vm.value).passwords_set.at("tester") == 1);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a password goes to nobody else's guest") {
  auto& foreign = sim.cluster.add_vm(vm.value, "pve-2", "mail", 1024, 1);
  foreign.running = true;
  CHECK(password_refusal() == errc::not_ours);
  CHECK(sim.requests("POST") == 0);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a refused password says whether it is worth another try") {
  CHECK(password_refusal() == errc::unknown);
  make_configured_vm();
  CHECK(password_refusal() == errc::transient);
  finished(order(domain::start_vm{vm, session}).value().upid);
  sim.wait(60);
  for (const auto* kind : {"agent_disabled", "no_account"}) {
    CAPTURE(kind);
    sim.cluster.faults = {{.kind = kind, .count = 1}};
    CHECK(password_refusal() == errc::permanent);
  }
  CHECK(password_refusal("abcd") == errc::permanent);
  sim.cluster.faults = {{.kind = "agent_silent", .count = 1}};
  CHECK(password_refusal() == errc::transient);
}

TEST_CASE_FIXTURE(fixture, "proxmox: a token that may not set passwords may do all the rest") {
  run_guest();
  auto privileges = pve_simulator::broker_privileges();
  privileges["/vms"].erase("VM.GuestAgent.Unrestricted");
  sim.access.add_token(broker_token, "secret", privileges);
  CHECK(password_refusal() == errc::permanent);
  CHECK(look().present);
}
