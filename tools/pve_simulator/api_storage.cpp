#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

/// Calls about storages.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

constexpr auto content_types = "images,rootdir";

bool may_see(const call& c, const std::string& storage) {
  return c.access.allows(c.who, "/storage/" + storage, "Datastore.Audit")
         || c.access.allows(c.who, "/storage/" + storage, "Datastore.AllocateSpace");
}

void auditor(const call& c) {
  if (!may_see(c, c.path.at("storage")))
    forbid("/storage/" + c.path.at("storage"), "Datastore.Audit|Datastore.AllocateSpace");
}

std::int64_t whole(double bytes) {
  return static_cast<std::int64_t>(bytes);
}

json::object space_of(const storage& of) {
  return {{"type", of.type},
          {"content", content_types},
          {"shared", of.shared ? 1 : 0},
          {"active", 1},
          {"enabled", 1},
          {"total", whole(of.size)},
          {"used", whole(of.size / 4)},
          {"avail", whole(of.size * 3 / 4)}};
}

answer list_storages(call& c) {
  json::array rows;
  for (const auto& [name, of] : c.in.storages) {
    if (!may_see(c, name))
      continue;
    auto row = space_of(of);
    row["storage"] = name;
    row["used_fraction"] = 0.25;
    rows.push_back(row);
  }
  return {rows, {}};
}

const storage& storage_of(const call& c) {
  auto found = c.in.storages.find(c.path.at("storage"));
  if (found == c.in.storages.end())
    reject_parameters({{"storage", "No such storage."}});
  return found->second;
}

answer storage_status(call& c) {
  return {space_of(storage_of(c)), {}};
}

answer storage_content(call& c) {
  const auto& of = storage_of(c);
  json::array rows;
  auto add = [&](const volume& disk) {
    // The owner is written in the name: `vm-101-disk-0`, `base-9000-disk-0`.
    auto owner = disk.name.substr(disk.name.find('-') + 1);
    owner = owner.substr(0, owner.find('-'));
    if (disk.storage != of.name || (c.values.contains("vmid") && c.value("vmid") != owner))
      return;
    json::object row{{"volid", disk.volid()},
                     {"vmid", std::stol(owner)},
                     {"format", "raw"},
                     {"size", whole(disk.size)},
                     {"content", "images"}};
    if (disk.parent.empty())
      row["parent"] = nullptr;
    else
      row["parent"] = disk.parent + "@__base__";
    rows.push_back(row);
  };
  for (const auto& [id, owner] : c.in.vms)
    for (const auto& disk : owner.disks)
      if (of.shared || owner.node == c.node())
        add(disk);
  for (const auto& left : c.in.leaked)
    if (of.shared || left.node == c.node())
      add(left.disk);
  return {rows, {}};
}

} // namespace

std::vector<route> storage_routes() {
  using enum parameter_kind;
  const std::string storages = "/nodes/{node}/storage";
  return {
      {"GET",
       storages,
       anybody,
       {{.name = "content"},
        {.name = "enabled", .kind = boolean},
        {.name = "storage"},
        {.name = "target"}},
       list_storages},
      {"GET", storages + "/{storage}/status", auditor, {}, storage_status},
      {"GET",
       storages + "/{storage}/content",
       auditor,
       {{.name = "content"}, {.name = "vmid", .kind = vmid}},
       storage_content},
  };
}

} // namespace berth::pve_simulator
