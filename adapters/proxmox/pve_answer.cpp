#include "adapters/proxmox/pve_answer.hpp"

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

pve_node read_node(json_element row) {
  return {.name = text_field(row, "node").value_or(""),
          .online = text_field(row, "status") == "online" && field(row, "mem").has_value(),
          .cpu = number_field(row, "cpu"),
          .cores = integer_field(row, "maxcpu").value_or(0),
          .ram_used = integer_field(row, "mem").value_or(0),
          .ram_total = integer_field(row, "maxmem").value_or(0),
          .uptime = integer_field(row, "uptime").value_or(0)};
}

pve_vm read_vm(json_element row) {
  return {.vmid = static_cast<std::uint32_t>(integer_field(row, "vmid").value_or(0)),
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
  pve_node found{.online = true, .cpu = number_field(data, "cpu")};
  if (auto memory = field(data, "memory")) {
    found.ram_used = integer_field(*memory, "used").value_or(0);
    found.ram_total = integer_field(*memory, "total").value_or(0);
  }
  if (auto processors = field(data, "cpuinfo"))
    found.cores = integer_field(*processors, "cpus").value_or(0);
  found.uptime = integer_field(data, "uptime").value_or(0);
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
                     .vmid = static_cast<std::uint32_t>(integer_field(row, "vmid").value_or(0)),
                     .size = integer_field(row, "size").value_or(0)});
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
