#include "adapters/proxmox/pve_fault.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::proxmox;
using actors::errc;

namespace {

net::https_response response(int status, std::string reason, std::string body = "") {
  return {status, std::move(reason), std::move(body)};
}

errc of_text(const std::string& text) {
  return classify(response(500, text), true).code;
}

} // namespace

TEST_CASE("pve fault: a refused token is nobody's fault but the cluster's") {
  CHECK(classify(response(401, "Authentication failed!"), true).code == errc::cluster_unavailable);
  CHECK(classify(response(401, "no such token 'x' for user 'y'"), false).code
        == errc::cluster_unavailable);
  CHECK(classify(response(403, "Permission check failed (/vms/9000, VM.Clone)"), true).code
        == errc::cluster_unavailable);
}

TEST_CASE("pve fault: a call that is wrong stays wrong") {
  auto fault = classify(response(400, "Parameter verification failed.",
                                 R"({"data":null,"message":"Parameter verification failed.\n",)"
                                 R"("errors":{"name":"invalid format\n"}})"),
                        true);
  CHECK(fault.code == errc::permanent);
  CHECK(fault.text == "Proxmox: Parameter verification failed.  name: invalid format");
  CHECK(classify(response(501, "Unexpected content for method 'DELETE'"), true).code
        == errc::permanent);
}

TEST_CASE("pve fault: a node that was not reached has done nothing") {
  CHECK(classify(response(595, "No route to host"), true).code == errc::transient);
  CHECK(classify(response(599, "Too many redirections"), true).code == errc::transient);
}

TEST_CASE("pve fault: a change that was lost on its way leaves the outcome open") {
  CHECK(classify(response(596, "Connection timed out"), true).code == errc::outcome_unknown);
  CHECK(classify(response(502, "Bad Gateway"), true).code == errc::outcome_unknown);
  CHECK(classify(response(596, "Connection timed out"), false).code == errc::transient);
  net::transport_error lost{net::transport_error::kind::interrupted, "end of stream"};
  CHECK(classify(lost, true).code == errc::outcome_unknown);
  CHECK(classify(lost, false).code == errc::transient);
}

TEST_CASE("pve fault: hosts that cannot be reached or believed are the cluster's fault") {
  using kind = net::transport_error::kind;
  CHECK(classify(net::transport_error{kind::unreachable, ""}, true).code
        == errc::cluster_unavailable);
  CHECK(classify(net::transport_error{kind::untrusted, ""}, true).code
        == errc::cluster_unavailable);
}

TEST_CASE("pve fault: a host that is no Proxmox is the cluster's fault") {
  CHECK(classify(response(404, "Not Found"), true).code == errc::cluster_unavailable);
  CHECK(classify(response(301, "Moved Permanently"), false).code == errc::cluster_unavailable);
}

TEST_CASE("pve fault: locks, lost quorum and vanished workers pass") {
  for (const auto* text :
       {"can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout",
        "cfs-lock 'storage-ceph' error: got lock request timeout",
        "'storage-ceph'-locked command timed out - aborting",
        "got no worker upid - start worker failed", "VM is locked (backup)",
        "VM is locked (snapshot-delete)", "cluster not ready - no quorum?",
        "checksum mismatch (file change by other user?)", "VM 7 is running - destroy failed",
        "Configuration file 'nodes/pve1/qemu-server/7.conf' does not exist",
        "unable to find configuration file for VM 9000 on node 'pve2'",
        "something nobody has ever seen"}) {
    CAPTURE(text);
    CHECK(of_text(text) == errc::transient);
  }
}

TEST_CASE("pve fault: what is full is full here only") {
  for (const auto* text :
       {"clone failed: No space left on device", "not enough free space on 'ceph'",
        "start failed: Cannot allocate memory", "storage 'ceph' is not available on node 'pve2'",
        "no such cluster node 'pve9'"}) {
    CAPTURE(text);
    CHECK(of_text(text) == errc::capacity);
  }
}

TEST_CASE("pve fault: what can never work is not tried again") {
  for (const auto* text :
       {"can't remove VM 7 - protection mode enabled",
        "can't clone VM to node 'pve2' (VM uses local storage)",
        "can't clone to non-shared storage 'local-lvm'",
        "Linked clone feature is not supported for 'lvm:vm-9001-disk-0' (scsi0)",
        "parameter 'storage' not allowed for linked clones", "storage 'nope' does not exist",
        "you can't start a vm if it's a template", "storage 'backup' does not support vm images",
        "No QEMU guest agent configured",
        "Agent error: child process has failed to set user password"}) {
    CAPTURE(text);
    CHECK(of_text(text) == errc::permanent);
  }
}

TEST_CASE("pve fault: a VMID that is taken may have been taken by us") {
  CHECK(of_text("unable to create VM 7: config file already exists") == errc::outcome_unknown);
  CHECK(of_text("close (rename) atomic file '/etc/pve/nodes/a/qemu-server/7.conf' failed: File "
                "exists")
        == errc::outcome_unknown);
}

TEST_CASE("pve fault: a cause in the body counts more than the reason phrase") {
  auto fault = classify(response(500, "Internal Server Error",
                                 R"({"data":null,"message":"VM is locked (backup)\n"})"),
                        true);
  CHECK(fault.code == errc::transient);
  CHECK(fault.text == "Proxmox: VM is locked (backup)");
}

TEST_CASE("pve fault: before Proxmox 8.3 the cause is the reason phrase") {
  CHECK(classify(response(500, "can't remove VM 7 - protection mode enabled", R"({"data":null})"),
                 true)
            .code
        == errc::permanent);
}

TEST_CASE("pve fault: warnings are success, and so is the start of a VM that runs") {
  CHECK(task_succeeded("OK"));
  CHECK(task_succeeded("WARNINGS: 2"));
  CHECK(task_succeeded("VM 7 already running"));
  CHECK_FALSE(task_succeeded("clone failed: interrupted by signal"));
}

TEST_CASE("pve fault: a task without a last line may have done anything") {
  CHECK(task_vanished("unexpected status"));
  CHECK(task_vanished("unable to get last line from task log - no such file"));
  CHECK_FALSE(task_vanished("VM is locked (clone)"));
}
