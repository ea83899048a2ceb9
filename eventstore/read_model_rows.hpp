#pragma once

#include "domain/node/node.hpp"
#include "domain/template/vm_template.hpp"
#include "domain/time.hpp"
#include "eventstore/sqlite.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How values stand in the tables of the read model.
namespace berth::eventstore {

/// A value of a column that only we write; throws log_error when it is not there.
template <class T>
T require(std::optional<T> value, const char* column) {
  if (!value)
    throw log_error{std::string{"the read model has an unknown value in "} + column};
  return std::move(*value);
}

inline domain::time_point time_in(const cursor& row, int column) {
  return require(domain::parse_rfc3339(row.text(column)), "a time");
}

inline std::uint32_t small(const cursor& row, int column) {
  return static_cast<std::uint32_t>(row.natural(column));
}

inline constexpr const char* node_columns = "name, hostname, max_vms, mode";
domain::node node_of(const cursor& row, int first_column);

inline constexpr const char* template_columns =
    "id, name, os_type, protocol, template_vmid, cpu_cores, ram_mb, disk_gb, tags, is_active";
domain::vm_template template_of(const cursor& row, int first_column);

/// A JSON array.
std::string tags_text(const std::vector<std::string>& tags);

} // namespace berth::eventstore
