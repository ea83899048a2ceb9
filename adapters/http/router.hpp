#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace berth::http {

enum class operation {
  health,
  readiness,
  launch_session,
  list_sessions,
  show_session,
  end_session,
  extend_session,
  discard_vm,
  list_templates,
  list_nodes,
};

/// Who may call.
enum class access { anyone, signed_in, admin };

struct route {
  operation does{};
  access open_to{};
  std::string parameter; ///< what stands at the path's placeholder; empty when it has none
};

/// The path is known, the method is not one of its own.
struct wrong_method {
  std::string allowed; ///< for the Allow header
};
struct no_such_path {};

using routed = std::variant<route, wrong_method, no_such_path>;

/// Finds the row of the route table. `target` may carry a query; `/api/v1` before the path changes
/// nothing.
routed find_route(std::string_view method, std::string_view target);

} // namespace berth::http
