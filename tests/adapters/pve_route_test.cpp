#include "adapters/proxmox/pve_route.hpp"

#include <doctest/doctest.h>

using berth::proxmox::route_of;

TEST_CASE("pve route: names of nodes, VMs and tasks are left out") {
  CHECK(route_of("GET", "/cluster/resources") == "GET /cluster/resources");
  CHECK(route_of("GET", "/nodes") == "GET /nodes");
  CHECK(route_of("GET", "/nodes/pve1/status") == "GET /nodes/{node}/status");
  CHECK(route_of("DELETE", "/nodes/pve1/qemu/10000007") == "DELETE /nodes/{node}/qemu/{vmid}");
  CHECK(route_of("GET", "/nodes/pve1/qemu/7/agent/network-get-interfaces")
        == "GET /nodes/{node}/qemu/{vmid}/agent/network-get-interfaces");
  CHECK(route_of("GET", "/nodes/pve1/storage") == "GET /nodes/{node}/storage");
  CHECK(route_of("GET", "/nodes/pve1/storage/ceph/content")
        == "GET /nodes/{node}/storage/{storage}/content");
  CHECK(route_of("GET", "/nodes/pve1/tasks") == "GET /nodes/{node}/tasks");
  CHECK(route_of("GET", "/nodes/pve1/tasks/UPID%3Apve1%3A1/log")
        == "GET /nodes/{node}/tasks/{upid}/log");
}

TEST_CASE("pve route: a node may be called like a part of a path") {
  CHECK(route_of("GET", "/nodes/qemu/qemu/7/config") == "GET /nodes/{node}/qemu/{vmid}/config");
  CHECK(route_of("GET", "/nodes/tasks/tasks/UPID%3Aa/status")
        == "GET /nodes/{node}/tasks/{upid}/status");
}
