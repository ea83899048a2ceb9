#pragma once

#include "adapters/net/asio.hpp"
#include "tools/pve_simulator/access.hpp"
#include "tools/pve_simulator/cluster.hpp"

namespace berth::pve_simulator {

/// Serves one connection of the control port: plain HTTP with JSON, on loopback, for tests and
/// demonstrations.
///
///   GET    /journal?since=N   effects and requests in order, from the N-th on, and `now`, the
///                             simulated seconds since the start
///   GET    /state             every VM, with the simulated second at which it last came by an
///                             address; leaked volumes, tasks that run; of passwords only how
///                             often each account of a guest got one
///   POST   /faults            {"kind", "method", "path_contains", "node", "vmid", "count",
///                             "status", "reason", "body", "delay"}. Kinds of the wire: slow,
///                             drop_before, drop_after, status, malformed_body, truncated_body.
///                             Kinds of the cluster: fail_task, task_warnings, stuck_clone,
///                             leak_disk, agent_silent, agent_disabled, no_account, no_address,
///                             link_local_address, shutdown_ignored. States: node_down, node_up,
///                             quorum_lost, quorum_ok
///   DELETE /faults
///   POST   /vms               {"vmid", "node", "name", "running", "storage"}: somebody else's
///                             VM; its disk lies on ceph unless told otherwise
///   DELETE /vms/{vmid}        an administrator deletes it
///   POST   /vms/{vmid}/move   {"node"}
///   PUT    /vms/{vmid}/config {key: value}; the key `lock` sets the lock, `scsi0` moves the first
///                             disk to the storage it names
///   PUT    /nodes/{node}      {"base_cpu": 0..1, "base_ram_used": 0..1}
///   POST   /storages          {"storage", "type", "shared", "size_gib"}
///   POST   /pools             {"poolid"}
///   POST   /tokens            {"id", "secret", "privileges": {path: [privilege]}}
///   POST   /clock             {"advance_s"}
net::awaitable<void> serve_control(net::tcp::socket socket, cluster& in, access_control& access);

} // namespace berth::pve_simulator
