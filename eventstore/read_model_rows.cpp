#include "eventstore/read_model_rows.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

namespace berth::eventstore {

namespace {

domain::node_mode parse_mode(const std::string& text) {
  using enum domain::node_mode;
  for (auto mode : {in_service, draining, maintenance, removed})
    if (to_string(mode) == text)
      return mode;
  throw log_error{"the read model has an unknown value in mode"};
}

} // namespace

domain::node node_of(const cursor& row, int first_column) {
  return {.name = {row.text(first_column)},
          .hostname = row.text(first_column + 1),
          .max_vms = small(row, first_column + 2),
          .mode = parse_mode(row.text(first_column + 3))};
}

domain::vm_template template_of(const cursor& row, int first_column) {
  auto at = [first_column](int offset) { return first_column + offset; };
  auto tags = boost::json::parse(row.text(at(8)));
  return {.id = {small(row, at(0))},
          .spec = {.name = row.text(at(1)),
                   .os = require(domain::parse_os_type(row.text(at(2))), "os_type"),
                   .protocol = require(domain::parse_desktop_protocol(row.text(at(3))), "protocol"),
                   .source = {small(row, at(4))},
                   .cpu_cores = small(row, at(5)),
                   .ram_mb = small(row, at(6)),
                   .disk_gb = small(row, at(7)),
                   .tags = boost::json::value_to<std::vector<std::string>>(tags)},
          .is_active = row.integer(at(9)) != 0};
}

std::string tags_text(const std::vector<std::string>& tags) {
  return boost::json::serialize(boost::json::array(tags.begin(), tags.end()));
}

} // namespace berth::eventstore
