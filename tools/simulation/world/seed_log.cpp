#include "tools/simulation/world/seed_log.hpp"

#include <string>
#include <utility>

namespace berth::simulation {

namespace {

void append(eventstore::event_log& to, std::string stream, domain::event event) {
  eventstore::append_request request{.stream = std::move(stream),
                                     .events = {std::move(event)},
                                     .because = {.actor = "system:seed"}};
  auto results = to.append({request});
  if (!std::holds_alternative<eventstore::appended>(results.front()))
    throw eventstore::log_error{"the log refused the seed of " + request.stream};
}

} // namespace

domain::template_spec seeded_template(domain::template_id id) {
  return {.name = "Template " + std::to_string(id.value),
          .os = domain::os_type::linux,
          .protocol = domain::desktop_protocol::vnc,
          .source = {8999 + id.value},
          .await_desktop = id.value == 2};
}

void seed_log(eventstore::event_log& log, int nodes, std::uint32_t max_vms, std::size_t users) {
  for (int i = 1; i <= nodes; ++i) {
    domain::node_name name{"pve-" + std::to_string(i)};
    append(log, eventstore::stream_of(name),
           domain::node_event{domain::node_registered{name, name.value + ".example", max_vms}});
  }
  for (std::uint32_t i = 1; i <= seeded_templates; ++i)
    append(log, eventstore::stream_of(domain::template_id{i}),
           domain::template_event{
               domain::template_created{{i}, seeded_template(domain::template_id{i})}});
  for (std::uint32_t i = 1; i <= users; ++i)
    append(log, eventstore::stream_of(domain::user_id{i}),
           domain::user_event{
               domain::user_registered{{i}, "user-" + std::to_string(i), domain::role::engineer}});
}

} // namespace berth::simulation
