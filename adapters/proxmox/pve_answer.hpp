#pragma once

#include "adapters/proxmox/pve_json.hpp"
#include "adapters/proxmox/vm_hardware.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What Proxmox's answers say. Each reader takes the `data` of an answer, and gives nothing when it
/// is of a shape that this call does not answer with.
namespace berth::proxmox {

/// A VM as the cluster's list shows it. Place, lock and tags are of now; power is up to 14 s old.
struct pve_vm {
  std::uint32_t vmid = 0;
  std::string node;
  std::string status; ///< running, paused, stopped..., unknown
  std::string lock;
  std::string tags; ///< joined by `;`
  std::string name;
  bool is_template = false;
};

struct pve_node {
  std::string name;
  bool online = false;
  std::optional<double> cpu; ///< 0 to 1
  std::int64_t cores = 0;
  std::int64_t ram_used = 0; ///< bytes
  std::int64_t ram_total = 0;
  std::int64_t uptime = 0;
};

struct pve_resources {
  std::map<std::uint32_t, pve_vm> vms;
  std::map<std::string, pve_node> nodes;
};

struct pve_vm_config {
  std::string name;
  std::string description;
  std::string tags;
  std::string lock;
  std::string digest;
  std::string net0;
  bool is_protected = false;
  vm_hardware hardware;
};

struct pve_task {
  std::string upid;
  bool running = false;
  std::string type;
  std::string id;
  std::string exit_status;
};

/// A storage that may hold disk images, as one node sees it.
struct pve_storage {
  std::string name;
  bool shared = false;
  bool active = false; ///< false: it does not answer
};

struct pve_volume {
  std::string volid;
  std::uint32_t vmid = 0; ///< 0: no VM's
  std::int64_t size = 0;  ///< bytes
};

/// Reads the `data` of a body with one of the readers below.
template <class Read>
auto read_answer(const std::string& body, Read read) -> decltype(read(json_element{})) {
  simdjson::dom::parser parser;
  simdjson::padded_string padded{body};
  json_element envelope;
  json_element data;
  if (parser.parse(padded).get(envelope) != simdjson::SUCCESS || !envelope.is_object()
      || envelope["data"].get(data) != simdjson::SUCCESS)
    return std::nullopt;
  return read(data);
}

/// GET /cluster/resources.
std::optional<pve_resources> read_resources(json_element data);

/// GET /cluster/status: whether the cluster is quorate; a single node without a cluster is.
std::optional<bool> read_quorum(json_element data);

/// GET /access/permissions: whether VM.Audit on every VM is among them.
std::optional<bool> read_sees_every_vm(json_element data);

/// GET /nodes.
std::optional<std::vector<pve_node>> read_nodes(json_element data);

/// GET /nodes/{node}/status, which does not repeat the name.
std::optional<pve_node> read_node_status(json_element data);

/// GET /nodes/{node}/qemu/{vmid}/config.
std::optional<pve_vm_config> read_vm_config(json_element data);

/// GET /nodes/{node}/qemu/{vmid}/status/current: running or stopped.
std::optional<std::string> read_power_state(json_element data);

/// GET /nodes/{node}/tasks.
std::optional<std::vector<pve_task>> read_tasks(json_element data);

/// GET /nodes/{node}/tasks/{upid}/status.
std::optional<pve_task> read_task(json_element data);

/// GET /nodes/{node}/tasks/{upid}/log with one line at most; empty without one.
std::optional<std::string> read_log_line(json_element data);

/// GET /nodes/{node}/storage.
std::optional<std::vector<pve_storage>> read_storages(json_element data);

/// GET /nodes/{node}/storage/{storage}/content.
std::optional<std::vector<pve_volume>> read_volumes(json_element data);

/// Any call that changes something: the UPID of its task, or empty when it needs none.
std::optional<std::string> read_upid(json_element data);

} // namespace berth::proxmox
