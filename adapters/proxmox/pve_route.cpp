#include "adapters/proxmox/pve_route.hpp"

namespace berth::proxmox {

namespace {

/// What stands for the segment after `collection`; empty when that is part of the route.
std::string_view placeholder_after(std::string_view collection) {
  if (collection == "nodes")
    return "{node}";
  if (collection == "qemu")
    return "{vmid}";
  if (collection == "tasks")
    return "{upid}";
  if (collection == "storage")
    return "{storage}";
  return {};
}

} // namespace

std::string route_of(std::string_view method, std::string_view path) {
  std::string route{method};
  route += ' ';
  std::string_view placeholder;
  while (!path.empty()) {
    path.remove_prefix(1);
    auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    route += '/';
    route += placeholder.empty() ? segment : placeholder;
    // A node may be called like a collection.
    placeholder = placeholder.empty() ? placeholder_after(segment) : std::string_view{};
  }
  return route;
}

} // namespace berth::proxmox
