#include "adapters/proxmox/pve_answer.hpp"

#include <doctest/doctest.h>

using namespace berth::proxmox;

namespace {

/// The cluster's list with one row.
pve_resources resources_of(const std::string& row) {
  auto read = read_answer(R"({"data":[)" + row + "]}", read_resources);
  REQUIRE(read);
  return *read;
}

} // namespace

TEST_CASE("pve answer: a VMID beyond Proxmox's range is nobody's, not another VM's") {
  // Cut to 32 bits the first would be 10000001.
  for (const auto* vmid : {"4304967297", "99", "0", "-1", "1000000000", "null", "\"none\""}) {
    CAPTURE(vmid);
    CHECK(resources_of(R"({"type":"qemu","node":"pve-1","vmid":)" + std::string{vmid} + "}")
              .vms.empty());
  }
  CHECK(
      resources_of(R"({"type":"qemu","node":"pve-1","vmid":"10000001"})").vms.contains(10'000'001));
}

TEST_CASE("pve answer: a volume without a VMID of Proxmox's range is no VM's") {
  auto read = read_answer(R"({"data":[{"volid":"a","vmid":4304967297},{"volid":"b","vmid":"-1"},
                              {"volid":"c","vmid":10000001,"size":-1}]})",
                          read_volumes);
  REQUIRE(read);
  CHECK(read->at(0).vmid == 0);
  CHECK(read->at(1).vmid == 0);
  CHECK(read->at(2).vmid == 10'000'001);
  CHECK(read->at(2).size == 0);
}

TEST_CASE("pve answer: nothing that was measured is less than nothing, or no number") {
  auto node = resources_of(R"({"type":"node","node":"pve-1","status":"online","cpu":"nan","mem":-1,
                               "maxmem":-9e15,"maxcpu":"-inf","uptime":-7})")
                  .nodes.at("pve-1");
  CHECK_FALSE(node.cpu);
  CHECK(node.cores == 0);
  CHECK(node.ram_used == 0);
  CHECK(node.ram_total == 0);
  CHECK(node.uptime == 0);
  CHECK_FALSE(resources_of(R"({"type":"node","node":"pve-1","cpu":-0.5})").nodes.at("pve-1").cpu);
}

TEST_CASE("pve answer: without an object around its data it cannot be read") {
  for (const auto* body : {"", "[]", "{}", "<html>", R"({"data":{}})", R"({"data":[})"}) {
    CAPTURE(body);
    CHECK_FALSE(read_answer(body, read_resources));
  }
}
