#pragma once

#include "adapters/http/exchange.hpp"

/// What each route does. Whoever calls has been found to be allowed to do such a thing; those about
/// one session still look whose it is.
namespace berth::http {

// system_routes.cpp
void show_health(exchange x);
void check_readiness(exchange x);
void scrape_metrics(exchange x);
void follow_events(exchange x);

// audit_routes.cpp
void read_audit(exchange x);
void list_event_types(exchange x);
void show_state(exchange x);
void verify_log(exchange x);
void export_log(exchange x);

// reconciliation_routes.cpp
void show_reconciliation(exchange x);
void reconcile_now(exchange x);

// document_routes.cpp
void show_openapi_document(exchange x);
void show_api_docs(exchange x);

// account_routes.cpp
void sign_in(exchange x);
void sign_out(exchange x);
void show_me(exchange x);
void change_my_password(exchange x);
void list_my_tokens(exchange x);
void issue_my_token(exchange x);
void revoke_my_token(exchange x);
void list_users(exchange x);
void create_user(exchange x);
void show_user(exchange x);
void change_user(exchange x);
void set_user_password(exchange x);

// session_routes.cpp
void launch_session(exchange x);
void list_my_sessions(exchange x);
void list_all_sessions(exchange x);
void show_session(exchange x);
void end_session(exchange x);
void end_any_session(exchange x);
void extend_session(exchange x);
void discard_vm(exchange x);
void show_history(exchange x);
void explain_placement(exchange x);
void open_desktop(exchange x);

// inventory_routes.cpp
void list_templates(exchange x);
void list_all_templates(exchange x);
void create_template(exchange x);
void show_template(exchange x);
void change_template(exchange x);
void list_nodes(exchange x);
void register_node(exchange x);
void show_node(exchange x);
void change_node(exchange x);
void begin_maintenance(exchange x);
void begin_drain(exchange x);
void return_node(exchange x);
void remove_node(exchange x);

/// The cookie of a browser's session, without its name; empty when there is none.
std::string session_cookie(const api_call& call);

} // namespace berth::http
