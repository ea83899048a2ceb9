#include "tests/pve_simulator/simulator_fixture.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

json::object row_of(const json::value& rows, const std::string& id) {
  for (const auto& row : rows.as_array())
    if (row.at("id") == json::value(id))
      return row.as_object();
  throw std::runtime_error{"no row " + id};
}

std::string parameter_error(const api_reply& reply, const std::string& parameter) {
  return std::string{json::parse(*reply.body).at("errors").at(parameter).as_string()};
}

} // namespace

TEST_CASE_FIXTURE(simulator_fixture,
                  "resources: a young VM has no name until its node's next broadcast") {
  clone(101, "desk");
  auto young = row_of(data("GET", "/cluster/resources", {{"type", "vm"}}), "qemu/101");
  CHECK(young.at("status") == json::value("unknown"));
  CHECK_FALSE(young.contains("name"));
  CHECK(young.contains("tags"));
  wait(10);
  auto known = row_of(data("GET", "/cluster/resources", {{"type", "vm"}}), "qemu/101");
  CHECK(known.at("status") == json::value("stopped"));
  CHECK(known.at("name") == json::value("desk"));
}

TEST_CASE_FIXTURE(simulator_fixture, "resources: a dead node keeps its numbers for 300 seconds") {
  in.set_online("pve-2", false);
  wait(200);
  auto fading = row_of(data("GET", "/nodes"), "node/pve-2");
  CHECK(fading.at("status") == json::value("offline"));
  CHECK(fading.contains("maxmem"));
  CHECK_FALSE(fading.contains("mem"));
  wait(150);
  CHECK_FALSE(row_of(data("GET", "/nodes"), "node/pve-2").contains("maxmem"));
}

TEST_CASE_FIXTURE(simulator_fixture, "lists: who may not audit sees nothing and no error") {
  access.add_token("nobody@pve!none", "secret", {});
  auto reply = calls.handle("nobody@pve!none", "GET", "/nodes/pve-1/qemu", {});
  CHECK(reply.status == 200);
  CHECK(json::parse(*reply.body).at("data").as_array().empty());
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "order: permission comes before the node, the node before the schema") {
  access.add_token("nobody@pve!none", "secret", {});
  in.set_online("pve-2", false);
  auto path = "/nodes/pve-2/qemu/9001/clone";
  auto refused = calls.handle("nobody@pve!none", "POST", path, {{"bogus", "1"}});
  CHECK(refused.status == 403);
  CHECK(refused.reason == "Permission check failed (/vms/9001, VM.Clone)");
  auto unreachable = call("POST", path, {{"bogus", "1"}, {"newid", "101"}});
  CHECK(unreachable.status == 595);
  CHECK_FALSE(unreachable.body.has_value());
}

TEST_CASE_FIXTURE(simulator_fixture, "parameters: each wrong one has its own text") {
  auto reply = call("POST", "/nodes/pve-1/qemu/9001/clone",
                    {{"newid", "5"}, {"name", "under_score"}, {"full", "True"}, {"tags", "x"}});
  CHECK(reply.status == 400);
  CHECK(parameter_error(reply, "newid")
        == "invalid format - value does not look like a valid VM ID\n");
  CHECK(parameter_error(reply, "name")
        == "invalid format - value does not look like a valid DNS name\n");
  CHECK(parameter_error(reply, "full") == "type check ('boolean') failed - got 'True'");
  CHECK(parameter_error(reply, "tags")
        == "property is not defined in schema and the schema does not allow additional "
           "properties");
}

TEST_CASE_FIXTURE(simulator_fixture, "unknown path: 501 with the method and the path") {
  CHECK(call("GET", "/nope").reason == "Method 'GET /nope' not implemented");
}

TEST_CASE_FIXTURE(simulator_fixture, "config: tags are stored lower-case, sorted, each once") {
  clone(101, "desk");
  data("PUT", "/nodes/pve-1/qemu/101/config", {{"tags", "Zoo,alpha zoo"}});
  CHECK(in.vms.at(101).config.at("tags") == "alpha;zoo");
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "config: a locked VM refuses at once, a held one is worth a wait") {
  in.clone({.source = 9001, .id = 101, .node = "pve-1", .name = "desk"}, broker);
  auto locked = call("PUT", "/nodes/pve-1/qemu/101/config", {{"onboot", "0"}});
  CHECK(locked.reason == "VM is locked (clone)");
  CHECK_FALSE(locked.busy);
  auto held = call("PUT", "/nodes/pve-1/qemu/9001/config", {{"onboot", "0"}});
  CHECK(held.reason == "can't lock file '/var/lock/qemu-server/lock-9001.conf' - got timeout");
  CHECK(held.busy);
}

TEST_CASE_FIXTURE(simulator_fixture, "config: an old digest is refused") {
  clone(101, "desk");
  auto path = "/nodes/pve-1/qemu/101/config";
  std::string digest{data("GET", path).at("digest").as_string()};
  data("PUT", path, {{"description", "a"}, {"digest", digest}});
  CHECK(call("PUT", path, {{"description", "b"}, {"digest", digest}}).reason
        == "checksum mismatch (file change by other user?)");
}

TEST_CASE_FIXTURE(simulator_fixture, "config: memory of a running VM waits for its stop") {
  clone(101, "desk");
  in.start("pve-1", 101, broker);
  wait(3);
  auto path = "/nodes/pve-1/qemu/101/config";
  data("PUT", path, {{"memory", "8192"}});
  CHECK(data("GET", path, {{"current", "1"}}).at("memory") == json::value("4096"));
  CHECK(data("GET", path).at("memory") == json::value("8192"));
  in.stop("pve-1", 101, broker);
  wait(3);
  CHECK(in.vms.at(101).config.at("memory") == "8192");
}

TEST_CASE_FIXTURE(simulator_fixture, "config: a token cannot remove a lock") {
  clone(101, "desk");
  auto path = "/nodes/pve-1/qemu/101/config";
  CHECK(call("PUT", path, {{"delete", "lock"}}).reason == "only root can set 'lock' config");
  CHECK(parameter_error(call("PUT", path, {{"delete", "tags"}, {"skiplock", "1"}}), "skiplock")
        == "Only root may use this option.");
}

TEST_CASE_FIXTURE(simulator_fixture,
                  "delete: running and protected VMs are refused before any task") {
  clone(101, "desk");
  auto path = "/nodes/pve-1/qemu/101";
  in.vms.at(101).config["protection"] = "1";
  CHECK(call("DELETE", path).reason == "can't remove VM 101 - protection mode enabled");
  in.vms.at(101).config["protection"] = "0";
  in.start("pve-1", 101, broker);
  wait(3);
  CHECK(call("DELETE", path).reason == "VM 101 is running - destroy failed");
}

TEST_CASE_FIXTURE(simulator_fixture, "agent: silent while the guest boots, then an address comes") {
  clone(101, "desk");
  in.start("pve-1", 101, broker);
  wait(3);
  auto silent = call("POST", "/nodes/pve-1/qemu/101/agent/ping");
  CHECK(silent.reason == "QEMU guest agent is not running");
  CHECK(silent.delay == 3);
  wait(25);
  data("POST", "/nodes/pve-1/qemu/101/agent/ping");
  auto cards = data("GET", "/nodes/pve-1/qemu/101/agent/network-get-interfaces").at("result");
  const auto& card = cards.as_array().at(1);
  CHECK(card.at("name") == json::value("eth0"));
  CHECK(card.at("ip-addresses").at(1).at("ip-address") == json::value("10.0.0.101"));
}

TEST_CASE_FIXTURE(simulator_fixture, "agent: a guest that runs takes a password for an account") {
  clone(101, "desk");
  const std::string path = "/nodes/pve-1/qemu/101/agent/set-user-password";
  const parameter_values good{{"username", "tester"}, {"password", "correct horse"}};
  CHECK(call("POST", path, good).reason == "VM 101 is not running");
  task("POST", "/nodes/pve-1/qemu/101/status/start");
  wait(60);
  auto too_short = call("POST", path, {{"username", "tester"}, {"password", "abcd"}});
  CHECK(too_short.status == 400);
  CHECK(parameter_error(too_short, "password") == "value must be at least 5 characters long");
  in.faults.push_back({.kind = "no_account", .vmid = 101});
  CHECK(call("POST", path, good).reason
        == "Agent error: child process has failed to set user password");
  CHECK(in.vms.at(101).passwords_set.empty());

  CHECK(data("POST", path, good) == json::object{{"result", json::object{}}});
  CHECK(in.vms.at(101).passwords_set.at("tester") == 1);
  CHECK(in.journal.all().back().what == "guest_password_set");
}

TEST_CASE_FIXTURE(simulator_fixture, "agent: a disabled command is an error inside a 200") {
  clone(101, "desk");
  in.start("pve-1", 101, broker);
  wait(30);
  in.faults.push_back({.kind = "agent_disabled", .vmid = 101});
  auto result = data("GET", "/nodes/pve-1/qemu/101/agent/network-get-interfaces").at("result");
  CHECK(result.at("error").at("class") == json::value("CommandDisabled"));
}

TEST_CASE_FIXTURE(simulator_fixture, "quorum: without it reads go on and clones are refused") {
  in.quorate = false;
  CHECK(call("GET", "/nodes").status == 200);
  CHECK(call("POST", "/nodes/pve-1/qemu/9001/clone", {{"newid", "101"}}).reason
        == "cluster not ready - no quorum?");
}

TEST_CASE_FIXTURE(simulator_fixture, "start: a card on an unknown bridge is the task's failure") {
  clone(101, "desk");
  data("PUT", "/nodes/pve-1/qemu/101/config", {{"net0", "virtio,bridge=vmbr99"}});
  CHECK(in.vms.at(101).config.at("net0").starts_with("virtio=BC:24:11:"));
  CHECK(exit_status(task("POST", "/nodes/pve-1/qemu/101/status/start"))
        == "bridge 'vmbr99' does not exist");
}

TEST_CASE_FIXTURE(simulator_fixture, "task: asked for on another node there is none") {
  auto upid = in.start("pve-1", 9001, broker);
  CHECK(data("GET", "/nodes/pve-1/tasks/" + upid + "/status").at("exitstatus")
        == json::value("you can't start a vm if it's a template"));
  CHECK(parameter_error(call("GET", "/nodes/pve-2/tasks/" + upid + "/status"), "upid")
        == "no such task");
}

TEST_CASE_FIXTURE(simulator_fixture, "snapshot: it can be taken, listed and rolled back once") {
  clone(101, "desk");
  const std::string path = "/nodes/pve-1/qemu/101/snapshot";
  CHECK(exit_status(task("POST", path, {{"snapname", "clean"}})) == "running");
  wait(2);
  CHECK(data("GET", path).as_array().size() == 2);
  data("PUT", "/nodes/pve-1/qemu/101/config", {{"name", "changed"}});
  task("POST", path + "/clean/rollback");
  wait(2);
  CHECK(in.vms.at(101).config.at("name") == "desk");
  CHECK(exit_status(task("POST", path + "/nope/rollback")) == "snapshot 'nope' does not exist");
}

TEST_CASE_FIXTURE(simulator_fixture, "migrate: the VM goes on under its new node") {
  clone(101, "desk");
  task("POST", "/nodes/pve-1/qemu/101/migrate", {{"target", "pve-2"}});
  wait(6);
  CHECK(call("GET", "/nodes/pve-1/qemu/101/config").reason
        == "Configuration file 'nodes/pve-1/qemu-server/101.conf' does not exist");
  CHECK(call("GET", "/nodes/pve-2/qemu/101/config").status == 200);
}

} // namespace berth::pve_simulator
