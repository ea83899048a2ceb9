#include "adapters/http/router.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace berth::http {

namespace {

struct row {
  std::string_view method;
  std::string_view pattern; ///< `*` takes one segment
  operation does;
  access open_to;
};

/// The API, whole.
constexpr std::array table{
    row{"GET", "/healthz", operation::health, access::anyone},
    row{"GET", "/readyz", operation::readiness, access::anyone},
    row{"GET", "/templates", operation::list_templates, access::signed_in},
    row{"POST", "/sessions", operation::launch_session, access::signed_in},
    row{"GET", "/sessions", operation::list_sessions, access::signed_in},
    row{"GET", "/sessions/*", operation::show_session, access::signed_in},
    row{"DELETE", "/sessions/*", operation::end_session, access::signed_in},
    row{"POST", "/sessions/*/extend", operation::extend_session, access::signed_in},
    row{"DELETE", "/sessions/*/vm", operation::discard_vm, access::signed_in},
    row{"GET", "/admin/nodes", operation::list_nodes, access::admin},
};

std::string_view next_segment(std::string_view& path) {
  auto end = path.find('/', 1);
  auto segment = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
  return segment;
}

/// What stands at the `*`, or nothing when the path is another.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  std::string_view parameter;
  while (!pattern.empty() && !path.empty()) {
    auto expected = next_segment(pattern);
    auto actual = next_segment(path);
    if (expected == "/*" && actual.size() > 1)
      parameter = actual.substr(1);
    else if (expected != actual)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty())
    return std::nullopt;
  return parameter;
}

} // namespace

routed find_route(std::string_view method, std::string_view target) {
  auto path = target.substr(0, target.find('?'));
  constexpr std::string_view alias = "/api/v1";
  if (path.starts_with("/api/v1/"))
    path.remove_prefix(alias.size());
  std::string allowed;
  for (const auto& row : table) {
    auto parameter = match(row.pattern, path);
    if (!parameter)
      continue;
    if (row.method == method)
      return route{row.does, row.open_to, std::string{*parameter}};
    allowed += (allowed.empty() ? "" : ", ") + std::string{row.method};
  }
  if (allowed.empty())
    return no_such_path{};
  return wrong_method{allowed};
}

} // namespace berth::http
