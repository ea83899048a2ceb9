#include "tests/pve_simulator/simulator_fixture.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace berth::pve_simulator {

TEST_CASE_FIXTURE(simulator_fixture,
                  "clone: it keeps the template's tags and gets a MAC of its own") {
  clone(101, "desk");
  const auto& made = in.vms.at(101);
  const auto& source = in.vms.at(9001);
  CHECK(made.config.at("name") == "desk");
  CHECK(made.config.at("tags") == source.config.at("tags"));
  CHECK(made.config.at("net0") != source.config.at("net0"));
  CHECK(made.config.at("smbios1") != source.config.at("smbios1"));
  CHECK_FALSE(made.is_template);
  CHECK_FALSE(made.config.contains("template"));
}

TEST_CASE_FIXTURE(simulator_fixture, "clone: until the disk is there nothing shows but its lock") {
  auto upid = in.clone({.source = 9001, .id = 101, .node = "pve-1", .name = "desk"}, broker);
  const auto& made = in.vms.at(101);
  CHECK(made.lock == "clone");
  CHECK(made.config == vm_config{{"description", " qmclone temporary file"}});
  wait(1.5);
  CHECK(made.lock == "clone");
  CHECK(made.config.at("name") == "desk");
  wait(1);
  CHECK(made.lock.empty());
  CHECK(exit_status(upid) == "OK");
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "clone: an identifier taken on another node fails in the task") {
  in.add_vm(101, "pve-2", "foreign", 1024, 1);
  auto upid = in.clone({.source = 9001, .id = 101, .node = "pve-1", .name = "desk"}, broker);
  CHECK(exit_status(upid)
        == "close (rename) atomic file '/etc/pve/nodes/pve-1/qemu-server/101.conf' failed: File "
           "exists");
}

TEST_CASE_FIXTURE(simulator_fixture, "clone: the target node has it only when it is finished") {
  in.clone({.source = 9001, .id = 101, .node = "pve-1", .target = "pve-3", .name = "desk"}, broker);
  wait(1.9);
  CHECK(in.vms.at(101).node == "pve-1");
  wait(0.2);
  CHECK(in.vms.at(101).node == "pve-3");
}

TEST_CASE_FIXTURE(simulator_fixture, "clone: stopping its task takes everything away") {
  auto upid = in.clone({.source = 9001, .id = 101, .node = "pve-1", .name = "desk"}, broker);
  wait(1);
  in.tasks.at(upid).on_stop();
  CHECK_FALSE(in.vms.contains(101));
  wait(5);
  CHECK_FALSE(in.vms.contains(101));
  CHECK(exit_status(upid) == "clone failed: interrupted by signal");
}

TEST_CASE_FIXTURE(simulator_fixture, "start: during a clone it waits for the lock and then runs") {
  in.clone({.source = 9001, .id = 101, .node = "pve-1", .name = "desk"}, broker);
  auto upid = in.start("pve-1", 101, broker);
  CHECK(in.tasks.at(upid).log == std::vector<std::string>{"trying to acquire lock..."});
  wait(5);
  CHECK(exit_status(upid) == "OK");
  CHECK(in.vms.at(101).running);
}

TEST_CASE_FIXTURE(simulator_fixture, "start: ten seconds are all that it waits for the lock") {
  in.clone({.source = 9001, .id = 101, .node = "pve-1", .name = "desk", .full = true}, broker);
  auto upid = in.start("pve-1", 101, broker);
  wait(9.9);
  CHECK(exit_status(upid) == "running");
  wait(0.3);
  CHECK(exit_status(upid) == "can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout");
}

TEST_CASE_FIXTURE(simulator_fixture, "start: no such VM is the task's failure") {
  CHECK(exit_status(in.start("pve-1", 4242, broker))
        == "Configuration file 'nodes/pve-1/qemu-server/4242.conf' does not exist");
}

TEST_CASE_FIXTURE(simulator_fixture, "stop: a stopped VM is stopped without complaint") {
  clone(101, "desk");
  CHECK(exit_status(in.stop("pve-1", 101, broker)) == "OK");
}

TEST_CASE_FIXTURE(simulator_fixture, "shutdown: a guest that ignores it is killed only by force") {
  clone(101, "desk");
  in.start("pve-1", 101, broker);
  wait(3);
  in.faults.push_back({.kind = "shutdown_ignored", .count = -1});
  auto polite = in.shut_down("pve-1", 101, 30, false, broker);
  wait(30);
  CHECK(exit_status(polite) == "VM quit/powerdown failed - got timeout");
  CHECK(in.vms.at(101).running);
  auto forced = in.shut_down("pve-1", 101, 30, true, broker);
  wait(30);
  CHECK(exit_status(forced) == "OK");
  CHECK_FALSE(in.vms.at(101).running);
}

TEST_CASE_FIXTURE(simulator_fixture, "destroy: a base volume in use keeps the template") {
  clone(101, "desk");
  auto upid = in.destroy("pve-1", 9001, broker);
  wait(3);
  CHECK(exit_status(upid)
        == "base volume 'ceph:base-9001-disk-0' is still in use by linked cloned");
  CHECK(in.vms.contains(9001));
}

TEST_CASE_FIXTURE(simulator_fixture, "destroy: a leaked disk is a warning and stays to be found") {
  clone(101, "desk");
  in.faults.push_back({.kind = "leak_disk"});
  auto upid = in.destroy("pve-1", 101, broker);
  wait(3);
  CHECK(exit_status(upid) == "WARNINGS: 1");
  CHECK_FALSE(in.vms.contains(101));
  REQUIRE(in.leaked.size() == 1);
  CHECK(in.leaked[0].disk.name == "vm-101-disk-0");
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "destroy: interrupted, it leaves a lock that refuses a second one") {
  clone(101, "desk");
  auto first = in.destroy("pve-1", 101, broker);
  in.end_task(first, "unexpected status");
  CHECK(exit_status(in.destroy("pve-1", 101, broker)) == "VM is locked (destroyed)");
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "node: one that fails ends its tasks and loses its VMs' power") {
  clone(101, "desk");
  in.start("pve-1", 101, broker);
  wait(3);
  auto upid = in.stop("pve-1", 101, broker);
  in.set_online("pve-1", false);
  CHECK(exit_status(upid) == "unexpected status");
  CHECK_FALSE(in.vms.at(101).running);
  in.set_online("pve-1", true);
  CHECK_FALSE(in.vms.at(101).running);
}

TEST_CASE_FIXTURE(simulator_fixture, "load: a VM's memory grows while it boots") {
  clone(101, "desk");
  auto before = in.used_ram(in.nodes.at("pve-1"));
  in.start("pve-1", 101, broker);
  wait(12);
  auto booting = in.used_ram(in.nodes.at("pve-1"));
  wait(100);
  auto booted = in.used_ram(in.nodes.at("pve-1"));
  CHECK(before < booting);
  CHECK(booting < booted);
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "journal: a VM's life is told in order, each step with its time") {
  clone(101, "desk");
  in.start("pve-1", 101, broker);
  wait(10);
  in.stop("pve-1", 101, broker);
  wait(10);
  in.destroy("pve-1", 101, broker);
  wait(10);
  std::vector<std::string> told;
  double last = 0;
  for (const auto& seen : in.journal.all())
    if (seen.vmid == 101) {
      told.push_back(seen.what);
      CHECK(seen.at >= last);
      last = seen.at;
    }
  CHECK(told == std::vector<std::string>{"vm_created", "vm_started", "vm_stopped", "vm_destroyed"});
}

TEST_CASE("seed: the same one gives the same addresses") {
  auto mac = [](std::uint64_t seed) {
    scaled_clock clock{1e-12};
    return cluster{{.seed = seed}, clock}.vms.at(9000).config.at("net0");
  };
  CHECK(mac(7) == mac(7));
  CHECK(mac(7) != mac(8));
}

} // namespace berth::pve_simulator
