#include "adapters/proxmox/pve_api.hpp"

#include "tests/support/run_io.hpp"
#include "tests/support/scripted_server.hpp"

#include <type_traits>

using namespace berth;
using namespace berth::proxmox;
using namespace berth::tests;
using actors::errc;
using end = scripted_step::end;

namespace {

constexpr auto canary = "0b2c7a0e-canary-4a57-9c1d-6f1f2f1e9a10";

struct fixture {
  net::asio::io_context io{1};
  scripted_server server{io};
  std::string logged;
  proxmox_settings settings{
      .https = {.hosts = {server.host()}, .fingerprints = {net::fingerprint(server.certificate())}},
      .token_id = "berth@pve!broker",
      .token_secret = berth::domain::secret{canary}};
  actors::logger log{actors::log_level::debug, [this](std::string_view line) { logged += line; }};
  pve_api api{settings, over_the_network(io, settings, log)};

  template <class T>
  T value(net::awaitable<pve_result<T>> call) {
    auto result = run(io, std::move(call));
    if (auto* fault = std::get_if<pve_fault>(&result))
      FAIL("failed: " << fault->text);
    return std::get<T>(std::move(result));
  }
  template <class T>
  pve_fault fault(net::awaitable<pve_result<T>> call) {
    auto result = run(io, std::move(call));
    REQUIRE(std::holds_alternative<pve_fault>(result));
    return std::get<pve_fault>(result);
  }
};

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
  out << value;
};

} // namespace

TEST_CASE_FIXTURE(fixture, "pve api: the secret reaches Proxmox, and nothing else") {
  static_assert(
      !printable<
          berth::domain::secret> && !std::is_convertible_v<berth::domain::secret, std::string>);
  server.will_answer(R"({"data":null})", "500 VM is locked (backup)", end::close);
  server.will({"HTTP/1.1 401 Authentication failed!\r\nConnection: close\r\n\r\n", end::cut});
  auto first = fault(api.start_vm("pve1", 7));
  auto second = fault(api.start_vm("pve1", 7));
  CHECK(server.requests()[0].head.find(
            "Authorization: PVEAPIToken=berth@pve!broker=" + std::string{canary} + "\n")
        != std::string::npos);
  CHECK(logged.find("/nodes/pve1/qemu/7/status/start") != std::string::npos);
  for (const auto& text : {logged, first.text, second.text})
    CHECK(text.find("canary") == std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "pve api: parameters of a change stay out of the log") {
  server.will_answer(R"({"data":null})");
  value(api.configure("pve1", 7, {{"cipassword", "canary"}, {"tags", "a;b"}}));
  CHECK(server.requests()[0].method == "PUT");
  CHECK(server.requests()[0].body == "cipassword=canary&tags=a%3Bb");
  CHECK(logged.find("canary") == std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "pve api: a guest's password reaches Proxmox, and nothing else") {
  server.will_answer(R"({"data":null,"message":"Agent error: no"})", "500 Agent error: no");
  auto why = fault(api.set_guest_password("pve1", 7, "tester", domain::secret{canary}));
  CHECK(server.requests()[0].body == "username=tester&password=" + std::string{canary});
  CHECK(logged.find("/agent/set-user-password") != std::string::npos);
  for (const auto& text : {logged, why.text})
    CHECK(text.find("canary") == std::string::npos);
}

TEST_CASE_FIXTURE(fixture, "pve api: a refused token stops every further call") {
  server.will({"HTTP/1.1 401 No ticket\r\nConnection: close\r\n\r\n", end::cut});
  CHECK(fault(api.cluster_resources()).code == errc::cluster_unavailable);
  auto why = fault(api.clone_template("pve1", 9000, {.newid = 7}));
  CHECK(why.code == errc::cluster_unavailable);
  CHECK(why.text == "Proxmox: No ticket (401)");
  CHECK(server.requests().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "pve api: a VM deletes with its parameters in the query") {
  server.will_answer(R"({"data":"UPID:pve1:1:2:3:qmdestroy:7:berth@pve!broker:"})");
  CHECK(value(api.delete_vm("pve1", 7)) == "UPID:pve1:1:2:3:qmdestroy:7:berth@pve!broker:");
  CHECK(server.requests()[0].target
        == "/api2/json/nodes/pve1/qemu/7?purge=1&destroy-unreferenced-disks=0");
  CHECK(server.requests()[0].body.empty());
}

TEST_CASE_FIXTURE(fixture, "pve api: a clone goes to another node only when it must") {
  server.will_answer(R"({"data":"UPID:pve1:1:2:3:qmclone:9000:x:"})");
  server.will_answer(R"({"data":"UPID:pve1:1:2:3:qmclone:9000:x:"})");
  clone_options options{.newid = 7, .name = "berth-x", .description = "d", .target = "pve1"};
  value(api.clone_template("pve1", 9000, options));
  options.target = "pve2";
  value(api.clone_template("pve1", 9000, options));
  CHECK(server.requests()[0].body == "newid=7&name=berth-x&description=d&full=0");
  CHECK(server.requests()[1].body == "newid=7&name=berth-x&description=d&full=0&target=pve2");
}

TEST_CASE_FIXTURE(fixture, "pve api: a change whose answer cannot be read may have happened") {
  server.will_answer("<html>");
  CHECK(fault(api.clone_template("pve1", 9000, {.newid = 7})).code == errc::outcome_unknown);
}

TEST_CASE_FIXTURE(fixture, "pve api: a change whose answer is lost may have happened") {
  server.will({.then = end::cut});
  CHECK(fault(api.start_vm("pve1", 7)).code == errc::outcome_unknown);
}

TEST_CASE_FIXTURE(fixture, "pve api: a list that cannot be read says nothing") {
  for (const auto* body : {"", "{", "[]", R"({"data":{}})", R"({"data":"x"})"}) {
    CAPTURE(body);
    server.will_answer(body);
    CHECK(fault(api.cluster_resources()).code == errc::transient);
  }
}

TEST_CASE_FIXTURE(fixture, "pve api: errors in an answer that claims success are errors") {
  server.will_answer(R"({"data":null,"errors":{"memory":"hotplug problem\n"}})");
  auto why = fault(api.configure("pve1", 7, {{"memory", "1"}}));
  CHECK(why.code == errc::permanent);
  CHECK(why.text.find("memory: hotplug problem") != std::string::npos);
}

TEST_CASE_FIXTURE(fixture,
                  "pve api: rows of unknown types are passed over, young VMs have no name") {
  server.will_answer(R"({"data":[{"type":"sdn","sdn":"zone"},{"type":"hologram"},
      {"id":"qemu/107","vmid":"107","node":"pve1","type":"qemu","status":"unknown","lock":"clone"},
      {"node":"pve1","type":"node","status":"online","cpu":"0.5","maxcpu":8,"mem":1,"maxmem":2},
      {"node":"pve3","type":"node","status":"offline","maxcpu":8}]})");
  auto seen = value(api.cluster_resources());
  REQUIRE(seen.vms.size() == 1);
  CHECK(seen.vms.at(107).lock == "clone");
  CHECK(seen.nodes.at("pve1").online);
  CHECK(seen.nodes.at("pve1").cpu == 0.5);
  CHECK_FALSE(seen.nodes.at("pve3").online);
}

TEST_CASE_FIXTURE(fixture, "pve api: every VM is visible only when the right is handed down") {
  server.will_answer(R"({"data":{"/vms":{"VM.Audit":1}}})");
  server.will_answer(R"({"data":{"/vms":{"VM.Audit":0}}})");
  server.will_answer(R"({"data":{"/vms":{"VM.Clone":1},"/pool/berth":{"VM.Audit":1}}})");
  server.will_answer(R"({"data":{}})");
  CHECK(value(api.sees_every_vm()));
  for (int i = 0; i < 3; ++i)
    CHECK_FALSE(value(api.sees_every_vm()));
}

TEST_CASE_FIXTURE(fixture, "pve api: quorum is what the cluster says, and a lone node has it") {
  server.will_answer(R"({"data":[{"type":"cluster","quorate":1},{"type":"node","online":1}]})");
  server.will_answer(R"({"data":[{"type":"cluster","quorate":0}]})");
  server.will_answer(R"({"data":[{"type":"node","online":1}]})");
  CHECK(value(api.cluster_status()));
  CHECK_FALSE(value(api.cluster_status()));
  CHECK(value(api.cluster_status()));
}

TEST_CASE_FIXTURE(fixture, "pve api: tasks run, ended well, ended badly") {
  server.will_answer(R"json({"data":[{"upid":"UPID:a","status":"RUNNING","type":"qmclone"},
      {"upid":"UPID:b","status":"OK","endtime":1},
      {"upid":"UPID:c","status":"VM is locked (clone)","endtime":1}]})json");
  server.will_answer(R"({"data":{"upid":"UPID:d","status":"stopped","exitstatus":"WARNINGS: 1"}})");
  auto listed = value(api.node_tasks("pve1", 0));
  CHECK(listed[0].running);
  CHECK(listed[1].exit_status == "OK");
  CHECK(listed[2].exit_status == "VM is locked (clone)");
  CHECK(value(api.task_status("pve1", "UPID:d")).exit_status == "WARNINGS: 1");
  CHECK(server.requests()[1].target == "/api2/json/nodes/pve1/tasks/UPID%3Ad/status");
}
