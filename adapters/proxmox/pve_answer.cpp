#include "adapters/proxmox/pve_answer.hpp"

#include <algorithm>
#include <utility>

namespace berth::proxmox {

namespace {

/// Every object of an array.
template <class Use>
bool for_each(json_element data, Use use) {
  simdjson::dom::array rows;
  if (data.get(rows) != simdjson::SUCCESS)
    return false;
  for (auto row : rows)
    if (row.is_object())
      use(row);
  return true;
}

/// How much or how many; 0 when the answer does not say, or says less than nothing.
std::int64_t count_field(json_element of, std::string_view name) {
  return std::max<std::int64_t>(0, integer_field(of, name).value_or(0));
}

/// A VMID of Proxmox's range; 0 for anything else, which cut to 32 bits could be another VM's.
std::uint32_t vmid_field(json_element of, std::string_view name) {
  auto vmid = integer_field(of, name).value_or(0);
  return vmid >= 100 && vmid <= 999'999'999 ? static_cast<std::uint32_t>(vmid) : 0;
}

/// A load; nothing when the answer does not say, or says less than nothing.
std::optional<double> load_field(json_element of, std::string_view name) {
  auto load = number_field(of, name);
  return load && *load >= 0 ? load : std::nullopt;
}

pve_node read_node(json_element row) {
  return {.name = text_field(row, "node").value_or(""),
          .online = text_field(row, "status") == "online" && field(row, "mem").has_value(),
          .cpu = load_field(row, "cpu"),
          .cores = count_field(row, "maxcpu"),
          .ram_used = count_field(row, "mem"),
          .ram_total = count_field(row, "maxmem"),
          .uptime = count_field(row, "uptime")};
}

pve_vm read_vm(json_element row) {
  return {.vmid = vmid_field(row, "vmid"),
          .node = text_field(row, "node").value_or(""),
          .status = text_field(row, "status").value_or("unknown"),
          .lock = text_field(row, "lock").value_or(""),
          .tags = text_field(row, "tags").value_or(""),
          .name = text_field(row, "name").value_or(""),
          .is_template = text_field(row, "type") == "qemu" && integer_field(row, "template") == 1};
}

} // namespace

std::optional<pve_resources> read_resources(json_element data) {
  pve_resources found;
  bool fine = for_each(data, [&](json_element row) {
    auto type = text_field(row, "type");
    if (type == "qemu" || type == "lxc") {
      auto vm = read_vm(row);
      if (vm.vmid != 0)
        found.vms.emplace(vm.vmid, std::move(vm));
    } else if (type == "node") {
      auto node = read_node(row);
      found.nodes.emplace(node.name, std::move(node));
    }
  });
  return fine ? std::optional{std::move(found)} : std::nullopt;
}

std::optional<bool> read_quorum(json_element data) {
  bool quorate = true; // A single node without a cluster has no such row.
  bool fine = for_each(data, [&](json_element row) {
    if (text_field(row, "type") == "cluster")
      quorate = integer_field(row, "quorate") == 1;
  });
  return fine ? std::optional{quorate} : std::nullopt;
}

std::optional<bool> read_sees_every_vm(json_element data) {
  // What is granted on /vms takes the place of what comes down from the root. The value says
  // whether it goes on down to each VM.
  for (const auto* at : {"/vms", "/"})
    if (auto granted = field(data, at))
      return integer_field(*granted, "VM.Audit") == 1;
  return false;
}

std::optional<std::vector<pve_node>> read_nodes(json_element data) {
  std::vector<pve_node> found;
  bool fine = for_each(data, [&](json_element row) { found.push_back(read_node(row)); });
  return fine ? std::optional{std::move(found)} : std::nullopt;
}

std::optional<pve_node> read_node_status(json_element data) {
  pve_node found{.online = true, .cpu = load_field(data, "cpu")};
  if (auto memory = field(data, "memory")) {
    found.ram_used = count_field(*memory, "used");
    found.ram_total = count_field(*memory, "total");
  }
  if (auto processors = field(data, "cpuinfo"))
    found.cores = count_field(*processors, "cpus");
  found.uptime = count_field(data, "uptime");
  return found;
}

std::optional<pve_vm_config> read_vm_config(json_element data) {
  return pve_vm_config{.name = text_field(data, "name").value_or(""),
                       .description = text_field(data, "description").value_or(""),
                       .tags = text_field(data, "tags").value_or(""),
                       .lock = text_field(data, "lock").value_or(""),
                       .digest = text_field(data, "digest").value_or(""),
                       .net0 = text_field(data, "net0").value_or(""),
                       .is_protected = integer_field(data, "protection") == 1,
                       .hardware = hardware_in(data)};
}

std::optional<std::string> read_power_state(json_element data) {
  return text_field(data, "status");
}

std::optional<pve_task> read_task(json_element data) {
  // Rows of running tasks say RUNNING where finished ones have their exit status.
  auto status = text_field(data, "status").value_or("");
  bool running = status == "RUNNING" || status == "running";
  return pve_task{
      .upid = text_field(data, "upid").value_or(""),
      .running = running,
      .type = text_field(data, "type").value_or(""),
      .id = text_field(data, "id").value_or(""),
      .exit_status =
          running ? ""
                  : text_field(data, "exitstatus").value_or(status == "stopped" ? "" : status)};
}

std::optional<std::vector<pve_task>> read_tasks(json_element data) {
  std::vector<pve_task> found;
  bool fine = for_each(data, [&](json_element row) { found.push_back(*read_task(row)); });
  return fine ? std::optional{std::move(found)} : std::nullopt;
}

std::optional<std::string> read_log_line(json_element data) {
  std::string line;
  bool fine = for_each(data, [&](json_element row) { line = text_field(row, "t").value_or(""); });
  return fine ? std::optional{line} : std::nullopt;
}

std::optional<std::vector<pve_storage>> read_storages(json_element data) {
  std::vector<pve_storage> found;
  bool fine = for_each(data, [&](json_element row) {
    found.push_back({.name = text_field(row, "storage").value_or(""),
                     .shared = integer_field(row, "shared") == 1,
                     .active = integer_field(row, "active") == 1});
  });
  return fine ? std::optional{std::move(found)} : std::nullopt;
}

std::optional<std::vector<pve_volume>> read_volumes(json_element data) {
  std::vector<pve_volume> found;
  bool fine = for_each(data, [&](json_element row) {
    found.push_back({.volid = text_field(row, "volid").value_or(""),
                     .vmid = vmid_field(row, "vmid"),
                     .size = count_field(row, "size")});
  });
  return fine ? std::optional{std::move(found)} : std::nullopt;
}

std::optional<std::string> read_upid(json_element data) {
  std::string_view text;
  if (data.get(text) == simdjson::SUCCESS)
    return std::string{text};
  return data.is_null() ? std::optional<std::string>{""} : std::nullopt;
}

} // namespace berth::proxmox
