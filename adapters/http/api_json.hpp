#pragma once

#include "actors/messages.hpp"
#include "adapters/http/problem.hpp"
#include "domain/time.hpp"

#include <cstdint>
#include <string>
#include <variant>

/// Bodies of the API: what people send, checked field by field, and what they get.
namespace berth::http {

struct launch_body {
  domain::template_id from_template;
  domain::duration lifetime{};
  domain::session_type type{};
};

/// A problem names every field that is wrong; unknown fields are.
std::variant<launch_body, problem> read_launch(const std::string& body);

/// `{"minutes": n}`.
std::variant<domain::duration, problem> read_extension(const std::string& body);

/// The session as its owner sees it: no VMID, no address, no connection id.
std::string write_session(const actors::session_view& view, domain::time_point now);
std::string write_sessions(const actors::session_list& list, domain::time_point now);

/// Templates that can be picked.
std::string write_templates(const actors::template_list& list);

/// Registered nodes with what was measured last; no numbers for one that is not online.
std::string write_nodes(const actors::node_list& registered, const actors::node_loads& loads,
                        domain::time_point now);

} // namespace berth::http
