#include "tests/support/simulated_proxmox.hpp"

#include <algorithm>

using namespace berth;
using namespace berth::tests;
using domain::vm_lock;

namespace {

constexpr domain::vm_id ours{10'000'001};
constexpr domain::vm_id theirs{10'000'002};
constexpr domain::vm_id outside{20'000'000};
const domain::session_id session{{{1, 2, 3}}};

struct fixture : actor_fixture {
  net::asio::io_context io{1};
  simulated_proxmox sim{io};
  proxmox::hypervisor_interface hypervisor =
      spawn(proxmox::proxmox_hypervisor,
            std::make_shared<proxmox::vm_gateway>(
                io, sim.settings(),
                proxmox::over_the_network(
                    io, sim.settings(),
                    actors::logger{actors::log_level::error, [](std::string_view) {}})));

  ~fixture() { kill(hypervisor); } // Its sockets go before the io_context they belong to.

  template <class Answer, class Message>
  Answer ask_port(Message message) {
    auto answer = request<Answer>(hypervisor, std::move(message));
    run_until(io, [&] {
      settle();
      return answer.ready();
    });
    return answer.value();
  }
  domain::vm_survey survey() {
    return ask_port<domain::vm_survey>(actors::survey_vms{{10'000'000}, {19'999'999}});
  }
  domain::volume_list volumes() {
    return ask_port<domain::volume_list>(actors::list_volumes{{10'000'000}, {19'999'999}});
  }
  void order(domain::vm_order wanted) {
    ask_port<actors::order_accepted>(actors::carry_out{std::move(wanted)});
    sim.wait(600);
  }
  void clone() { order(domain::clone_vm{ours, session, {9001}, {"pve-1"}}); }
  void grant(const std::string& path, const std::string& not_this) {
    auto privileges = pve_simulator::broker_privileges();
    privileges[path].erase(not_this);
    sim.access.add_token(broker_token, "secret", privileges);
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "cluster survey: shows every VM of the range, and whose it is") {
  clone();
  sim.cluster.add_vm(theirs.value, "pve-2", "web-1", 2048, 2);
  sim.cluster.add_vm(outside.value, "pve-2", "web-2", 2048, 2);
  auto seen = survey();
  CHECK(seen.complete);
  REQUIRE(seen.vms.size() == 2);
  CHECK(seen.vms[0].vm == ours);
  CHECK(seen.vms[0].node.value == "pve-1");
  CHECK(seen.vms[0].identified);
  CHECK(seen.vms[0].marked == session);
  CHECK(seen.vms[1].vm == theirs);
  CHECK(seen.vms[1].identified);
  CHECK_FALSE(seen.vms[1].marked);
}

TEST_CASE_FIXTURE(fixture, "cluster survey: a VM with our tags costs no call of its own") {
  clone();
  order(domain::configure_vm{ours, session, 2, 2048});
  auto before = sim.requests("GET", "/config");
  CHECK(survey().vms.at(0).marked == session);
  CHECK(sim.requests("GET", "/config") == before);
}

TEST_CASE_FIXTURE(fixture, "cluster survey: a VM that loses its name is known by its description") {
  clone();
  sim.cluster.vms.at(ours.value).config["name"] = "web-1";
  sim.wait(60);
  CHECK(survey().vms.at(0).marked == session);
  sim.cluster.vms.at(ours.value).config["description"] = "mine";
  auto seen = survey().vms.at(0);
  CHECK(seen.identified);
  CHECK_FALSE(seen.marked);
}

TEST_CASE_FIXTURE(fixture, "cluster survey: what is being cloned, or is on a node that is offline, "
                           "is not identified") {
  sim.cluster.add_vm(theirs.value, "pve-2", "web-1", 2048, 2).lock = "clone";
  auto seen = survey().vms.at(0);
  CHECK(seen.lock == vm_lock::clone);
  CHECK_FALSE(seen.identified);
  sim.cluster.vms.at(theirs.value).lock.clear();
  sim.cluster.set_online("pve-2", false);
  sim.wait(60);
  seen = survey().vms.at(0);
  CHECK_FALSE(seen.node_online);
  CHECK_FALSE(seen.identified);
}

TEST_CASE_FIXTURE(fixture, "cluster survey: without quorum it is not complete") {
  CHECK(survey().complete);
  sim.cluster.quorate = false;
  auto seen = survey();
  CHECK_FALSE(seen.complete);
  CHECK_FALSE(seen.why_not.empty());
}

TEST_CASE_FIXTURE(fixture, "cluster survey: a permission that was just taken away makes it "
                           "incomplete at once") {
  sim.cluster.add_vm(theirs.value, "pve-2", "web-1", 2048, 2);
  CHECK(survey().complete);
  grant("/vms", "VM.Audit");
  auto seen = survey();
  CHECK(seen.vms.empty());
  CHECK_FALSE(seen.complete);
}

TEST_CASE_FIXTURE(fixture,
                  "cluster survey: volumes of the range are found on shared storages once") {
  clone();
  auto before = sim.requests("GET", "/content");
  auto seen = volumes();
  CHECK(seen.unread.empty());
  REQUIRE(seen.volumes.size() == 1);
  CHECK(seen.volumes[0].vm == ours);
  CHECK(seen.volumes[0].bytes > 0);
  std::size_t shared = 0;
  for (const auto& [name, storage] : sim.cluster.storages)
    shared += storage.shared ? 1 : 0;
  auto local = sim.cluster.storages.size() - shared;
  CHECK(sim.requests("GET", "/content") - before == shared + 3 * local);
}

TEST_CASE_FIXTURE(fixture, "cluster survey: a volume that a deletion left behind is still there") {
  clone();
  sim.cluster.faults.push_back({.kind = "leak_disk"});
  order(domain::delete_vm{ours, session});
  CHECK(survey().vms.empty());
  REQUIRE(volumes().volumes.size() == 1);
  CHECK(volumes().volumes[0].vm == ours);
}

TEST_CASE_FIXTURE(fixture, "cluster survey: says which nodes and storages it could not read") {
  sim.cluster.set_online("pve-3", false);
  sim.wait(60);
  CHECK(volumes().unread == std::vector<std::string>{"node pve-3"});
  sim.cluster.set_online("pve-3", true);
  sim.cluster.faults.push_back({.kind = "status",
                                .method = "GET",
                                .path_contains = "/nodes/pve-1/storage/local-lvm/content",
                                .status = 500,
                                .reason = "storage hangs"});
  sim.wait(60);
  auto seen = volumes();
  CHECK(seen.unread == std::vector<std::string>{"storage local-lvm on node pve-1"});
}
