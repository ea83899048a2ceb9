#pragma once

#include "actors/inventory.hpp"
#include "actors/messages.hpp"
#include "adapters/http/request_body.hpp"
#include "adapters/http/session_json.hpp"

#include <optional>
#include <string>
#include <vector>

/// Templates and nodes as the API takes and shows them.
namespace berth::http {

/// Templates that can be picked.
std::string write_templates(const actors::template_list& list);

boost::json::object template_object(const actors::template_view& shown);
std::string write_template(const actors::template_view& shown);
std::string write_all_templates(const actors::all_templates& list);

/// Fields that are missing keep what `before` says; a new template has no `before`, and must name
/// what has no default.
domain::template_spec read_template(request_body& body,
                                    const std::optional<domain::template_spec>& before);

/// Registered nodes with what was measured last; no numbers for one that is not online.
std::string write_nodes(const actors::node_list& registered, const actors::node_loads& loads,
                        const actors::recent_loads& history, domain::time_point now);

/// A node that was just registered: nothing has been measured yet.
std::string write_new_node(const domain::node& registered);

/// One node, with the sessions that still have, or owe, something there.
struct node_details {
  eventstore::node_row registered;
  std::uint64_t version = 0;
  std::optional<domain::candidate> load;
  std::vector<domain::node_sample> recent; ///< oldest first
  std::vector<eventstore::session_row> sessions;
};
std::string write_node(const node_details& node, const shown& how);

} // namespace berth::http
