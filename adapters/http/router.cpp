#include "adapters/http/router.hpp"

#include "adapters/http/routes.hpp"

#include <array>

namespace berth::http {

namespace {

constexpr std::nullopt_t anyone = std::nullopt;

constexpr std::array table{
    route{"GET /healthz", anyone, show_health},
    route{"GET /readyz", anyone, check_readiness},
    route{"GET /api/openapi.json", anyone, show_openapi_document},
    route{"GET /api/docs", anyone, show_api_docs},
    route{"GET /metrics", action::see_all, scrape_metrics},

    route{"POST /auth/sign-in", anyone, sign_in},
    route{"POST /auth/sign-out", action::use_account, sign_out},
    route{"GET /me", action::use_account, show_me},
    route{"PUT /me/password", action::use_account, change_my_password},
    route{"GET /me/tokens", action::use_account, list_my_tokens},
    route{"POST /me/tokens", action::use_account, issue_my_token},
    route{"DELETE /me/tokens/*", action::use_account, revoke_my_token},

    route{"GET /templates", action::use_account, list_templates},
    route{"POST /sessions", action::launch, launch_session},
    route{"GET /sessions", action::use_account, list_my_sessions},
    route{"GET /sessions/*", action::see_session, show_session},
    route{"DELETE /sessions/*", action::steer_session, end_session},
    route{"POST /sessions/*/extend", action::steer_session, extend_session},
    route{"DELETE /sessions/*/vm", action::steer_session, discard_vm},
    route{"GET /sessions/*/history", action::see_session, show_history},
    route{"GET /sessions/*/desktop", action::open_desktop, open_desktop},
    route{"GET /events", action::use_account, follow_events},

    route{"GET /admin/sessions", action::see_all, list_all_sessions},
    route{"POST /admin/sessions/*/end", action::administer, end_any_session},
    route{"GET /admin/sessions/*/placement", action::see_all, explain_placement},
    route{"GET /admin/nodes", action::see_all, list_nodes},
    route{"POST /admin/nodes", action::administer, register_node},
    route{"GET /admin/nodes/*", action::see_all, show_node},
    route{"PATCH /admin/nodes/*", action::administer, change_node},
    route{"DELETE /admin/nodes/*", action::administer, remove_node},
    route{"POST /admin/nodes/*/maintenance", action::administer, begin_maintenance},
    route{"POST /admin/nodes/*/drain", action::administer, begin_drain},
    route{"POST /admin/nodes/*/return", action::administer, return_node},
    route{"GET /admin/templates", action::see_all, list_all_templates},
    route{"POST /admin/templates", action::administer, create_template},
    route{"GET /admin/templates/*", action::see_all, show_template},
    route{"PATCH /admin/templates/*", action::administer, change_template},
    route{"GET /admin/users", action::see_all, list_users},
    route{"POST /admin/users", action::administer, create_user},
    route{"GET /admin/users/*", action::see_all, show_user},
    route{"PATCH /admin/users/*", action::administer, change_user},
    route{"PUT /admin/users/*/password", action::administer, set_user_password},
    route{"GET /admin/reconciliation", action::see_all, show_reconciliation},
    route{"POST /admin/reconciliation", action::administer, reconcile_now},
    route{"GET /admin/audit", action::see_all, read_audit},
    route{"GET /admin/audit/types", action::see_all, list_event_types},
    route{"GET /admin/audit/state", action::see_all, show_state},
    route{"GET /admin/audit/verification", action::see_all, verify_log},
    route{"GET /admin/audit/export", action::see_all, export_log},
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

std::span<const route> routes() {
  return table;
}

routed find_route(std::string_view method, std::string_view target) {
  auto path = target.substr(0, target.find('?'));
  constexpr std::string_view alias = "/api/v1";
  if (path.starts_with("/api/v1/"))
    path.remove_prefix(alias.size());
  std::string allowed;
  for (const auto& row : table) {
    if (!path.starts_with(row.fixed))
      continue;
    auto parameter = match(row.pattern, path);
    if (!parameter)
      continue;
    if (row.method == method)
      return found_route{row, std::string{*parameter}};
    allowed += (allowed.empty() ? "" : ", ") + std::string{row.method};
  }
  if (allowed.empty())
    return no_such_path{};
  return wrong_method{allowed};
}

} // namespace berth::http
