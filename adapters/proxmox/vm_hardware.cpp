#include "adapters/proxmox/vm_hardware.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace berth::proxmox {

namespace {

constexpr std::array<std::string_view, 4> buses{"ide", "sata", "scsi", "virtio"};

/// `scsi0` and its like, but neither `scsihw` nor `virtiofs0`.
bool names_drive(std::string_view key) {
  return std::ranges::any_of(buses, [key](std::string_view bus) {
    auto number = key.substr(std::min(key.size(), bus.size()));
    return key.starts_with(bus) && !number.empty()
           && number.find_first_not_of("0123456789") == std::string_view::npos;
  });
}

/// The value of `name` in `local:9000/base.raw,size=32G,ssd=1`; empty when it is not there.
std::string_view property(std::string_view line, std::string_view name) {
  while (!line.empty()) {
    auto part = line.substr(0, line.find(','));
    line.remove_prefix(std::min(line.size(), part.size() + 1));
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
      return part.substr(name.size() + 1);
  }
  return {};
}

/// `4M`, `32G`, `1.5T`; without a letter they are bytes.
double gib_of(std::string_view size) {
  double number = 0;
  auto read = std::from_chars(size.data(), size.data() + size.size(), number);
  if (read.ec != std::errc{})
    return 0;
  switch (read.ptr == size.data() + size.size() ? 'B' : *read.ptr) {
  case 'T':
    return number * 1024;
  case 'G':
    return number;
  case 'M':
    return number / 1024;
  case 'K':
    return number / (1024.0 * 1024);
  default:
    return number / (1024.0 * 1024 * 1024);
  }
}

/// What is too large for the field is the largest that it can hold.
std::uint32_t bounded(double number) {
  constexpr double most = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::clamp(number, 0.0, most));
}

/// Memory is a number, or since Proxmox VE 8 perhaps `current=4096`.
std::uint32_t ram_in(json_element config) {
  if (auto plain = number_field(config, "memory"))
    return bounded(*plain);
  constexpr std::uint32_t usual = 512;
  auto text = text_field(config, "memory").value_or("");
  auto current = property(text, "current");
  std::uint32_t mib = usual;
  std::from_chars(current.data(), current.data() + current.size(), mib);
  return mib;
}

} // namespace

vm_hardware hardware_in(json_element config) {
  auto cores = number_field(config, "cores").value_or(1);
  auto sockets = number_field(config, "sockets").value_or(1);
  vm_hardware found{.cpu_cores = bounded(cores * sockets), .ram_mb = ram_in(config)};
  simdjson::dom::object keys;
  if (config.get(keys) != simdjson::SUCCESS)
    return {};
  double largest = 0;
  for (auto [key, value] : keys) {
    std::string_view line;
    if (names_drive(key) && value.get(line) == simdjson::SUCCESS
        && property(line, "media") != "cdrom")
      largest = std::max(largest, gib_of(property(line, "size")));
  }
  found.disk_gb = bounded(std::ceil(largest));
  return found;
}

} // namespace berth::proxmox
