#include "adapters/proxmox/vm_hardware.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace berth::proxmox;

namespace {

vm_hardware read(const std::string& config) {
  simdjson::dom::parser parser;
  simdjson::padded_string padded{config};
  return hardware_in(parser.parse(padded));
}

} // namespace

TEST_CASE("vm hardware: cores count on every socket, and the largest disk counts") {
  CHECK(read(R"({"cores":2,"sockets":"2","memory":"4096","scsihw":"virtio-scsi-single",
                 "efidisk0":"ceph:base-1-disk-0,size=4M","scsi0":"ceph:base-1-disk-1,size=32G,ssd=1",
                 "virtio1":"ceph:base-1-disk-2,size=1.5T"})")
        == vm_hardware{4, 4096, 1536});
}

TEST_CASE("vm hardware: what is left out has Proxmox's defaults") {
  CHECK(read("{}") == vm_hardware{1, 512, 0});
  CHECK(read(R"({"memory":"current=2048"})").ram_mb == 2048);
}

TEST_CASE("vm hardware: neither CDs nor empty drives are disks") {
  CHECK(read(R"({"ide2":"local:iso/debian.iso,media=cdrom,size=600G","sata0":"none","scsi1":"x"})")
            .disk_gb
        == 0);
}

TEST_CASE("vm hardware: parts of a GiB are rounded up") {
  CHECK(read(R"({"scsi0":"ceph:a,size=2252M"})").disk_gb == 3);
  CHECK(read(R"({"scsi0":"ceph:a,size=10737418240"})").disk_gb == 10);
}

TEST_CASE(
    "vm hardware: what is too large for its field is as large as it can be, not something small") {
  auto huge = read(R"({"cores":4294967297,"sockets":9000000000000000,"memory":4294967296,
                       "scsi0":"ceph:a,size=inf"})");
  CHECK(huge == vm_hardware{4'294'967'295, 4'294'967'295, 4'294'967'295});
  CHECK(read(R"({"cores":-1,"memory":-1,"scsi0":"ceph:a,size=-5G"})") == vm_hardware{0, 0, 0});
}
