#include "tests/support/fake_hypervisor.hpp"

#include "tests/support/actor_fixture.hpp"

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

constexpr domain::vm_id vm{10'000'000};
constexpr domain::vm_id source{9000};
const domain::session_id session{{{1, 2, 3}}};
const domain::session_id stranger{{{9}}};
const domain::node_name pve1{"pve-1"};

struct fixture : actor_fixture {
  std::shared_ptr<fake_cluster> cluster = std::make_shared<fake_cluster>(clock());
  actors::hypervisor_actor hypervisor = spawn(fake_hypervisor, cluster);

  pending<actors::order_accepted> order(domain::vm_order wanted) {
    return ask<actors::order_accepted>(hypervisor, actors::carry_out{std::move(wanted)});
  }
  domain::vm_sighting look(std::string upid = {}) {
    auto seen = request<domain::vm_sighting>(hypervisor, actors::look_at_vm{.vm = vm,
                                                                            .marked = session,
                                                                            .cloned_from = source,
                                                                            .upid = std::move(upid),
                                                                            .want_address = true});
    advance_until([&] { return seen.ready(); }, 10s);
    return seen.value();
  }
  std::string clone() { return order(domain::clone_vm{vm, session, source, pve1}).value().upid; }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "fake hypervisor: a VM is cloned, configured, started and has an "
                           "address") {
  auto upid = clone();
  CHECK(look(upid).lock == domain::vm_lock::clone);
  CHECK(look(upid).task == domain::task_state::running);
  advance(10s);
  CHECK(look(upid).task == domain::task_state::succeeded);
  CHECK(look().marks == domain::vm_marks::ours);
  CHECK(order(domain::configure_vm{vm, session, 4, 4096}).value().upid.empty());
  CHECK(look().marks == domain::vm_marks::configured);
  order(domain::start_vm{vm, session});
  advance(3s);
  CHECK(look().power == domain::vm_power::running);
  CHECK_FALSE(look().address);
  advance(20s);
  CHECK(look().address == "10.0.0.1");
}

TEST_CASE_FIXTURE(fixture, "fake hypervisor: looks within a period are answered together at its "
                           "end") {
  look();
  actors::look_at_vm at{.vm = vm};
  auto first = request<domain::vm_sighting>(hypervisor, at);
  auto second = request<domain::vm_sighting>(hypervisor, at);
  advance(4999ms);
  CHECK_FALSE(first.ready());
  advance(1ms);
  CHECK(first.ready());
  CHECK(second.ready());
}

TEST_CASE_FIXTURE(fixture, "fake hypervisor: a stranger's VM is not touched") {
  clone();
  advance(10s);
  auto answer = order(domain::delete_vm{vm, stranger});
  CHECK(actors::code_of(answer.error()) == actors::errc::not_ours);
  CHECK(cluster->vms().size() == 1);
  CHECK(cluster->count<domain::delete_vm>() == 1);
}

TEST_CASE_FIXTURE(fixture, "fake hypervisor: a lost answer has acted, a lost order has not") {
  cluster->inject<domain::clone_vm>(order_lost{});
  cluster->inject<domain::clone_vm>(answer_lost{});
  domain::clone_vm wanted{vm, session, source, pve1};
  CHECK(actors::code_of(order(wanted).error()) == actors::errc::outcome_unknown);
  CHECK_FALSE(cluster->find(vm));
  CHECK(actors::code_of(order(wanted).error()) == actors::errc::outcome_unknown);
  CHECK(cluster->find(vm));
  CHECK(look().task == domain::task_state::running);
}

TEST_CASE_FIXTURE(fixture, "fake hypervisor: a clone that fails leaves nothing, one that dies "
                           "leaves a lock") {
  cluster->inject<domain::clone_vm>(task_fails{domain::fault_class::capacity, "storage full"});
  auto upid = clone();
  advance(10s);
  auto seen = look(upid);
  CHECK_FALSE(seen.present);
  CHECK(seen.task == domain::task_state::failed);
  CHECK(seen.task_error == "storage full");
  cluster->inject<domain::clone_vm>(worker_dies{});
  upid = clone();
  advance(1min);
  CHECK(look(upid).lock == domain::vm_lock::clone);
  CHECK(look(upid).task == domain::task_state::unknown);
}

TEST_CASE_FIXTURE(fixture, "fake hypervisor: an unavailable cluster answers nothing") {
  cluster->available = false;
  auto answer = ask<domain::node_sample>(hypervisor, actors::sample_node{pve1});
  CHECK(actors::code_of(answer.error()) == actors::errc::cluster_unavailable);
}

TEST_CASE_FIXTURE(fixture, "fake hypervisor: a guest that has booted takes passwords, of its own "
                           "session alone") {
  auto give_password = [this](const domain::session_id& to) {
    return ask<actors::guest_password_set>(
        hypervisor, actors::set_guest_password{vm, to, "tester", domain::secret{"correct horse"}});
  };
  clone();
  advance(10s);
  order(domain::configure_vm{vm, session, 4, 4096});
  order(domain::start_vm{vm, session});
  CHECK(actors::code_of(give_password(session).error()) == actors::errc::transient);
  advance(23s);
  CHECK(actors::code_of(give_password(stranger).error()) == actors::errc::not_ours);
  CHECK(cluster->passwords().empty());
  give_password(session).value();
  REQUIRE(cluster->passwords().size() == 1);
  CHECK(cluster->passwords().front().user == "tester");
}
