#include "eventstore/session_pages.hpp"

#include "eventstore/read_model_rows.hpp"

#include <utility>

namespace berth::eventstore {

namespace {

// CROSS JOIN keeps SQLite from beginning with the users.
constexpr const char* select_sessions =
    "SELECT s.id, s.user_id, s.template_id, s.template_name, s.os_type, s.protocol, "
    "s.session_type, s.status, s.step, s.end_reason, s.detail, coalesce(n.name, ''), s.keeps_vm, "
    "s.created_at, s.updated_at, s.expires_at, u.login, s.version "
    "FROM vm_sessions s CROSS JOIN users u ON u.id = s.user_id "
    "LEFT JOIN proxmox_nodes n ON n.id = s.node_id ";

session_row session_of_row(const cursor& row) {
  session_row session{.id = {require(domain::parse_ulid(row.text(0)), "id")},
                      .owner = {small(row, 1)},
                      .from_template = {small(row, 2)},
                      .template_name = row.text(3),
                      .os = require(domain::parse_os_type(row.text(4)), "os_type"),
                      .protocol = require(domain::parse_desktop_protocol(row.text(5)), "protocol"),
                      .type = require(domain::parse_session_type(row.text(6)), "session_type"),
                      .status = row.text(7),
                      .step = row.text(8),
                      .detail = row.text(10),
                      .node = {row.text(11)},
                      .keeps_vm = row.integer(12) != 0,
                      .created_at = time_in(row, 13),
                      .updated_at = time_in(row, 14),
                      .expires_at = time_in(row, 15),
                      .owner_login = row.text(16),
                      .version = row.natural(17)};
  if (!row.is_null(9))
    session.reason = require(domain::parse_end_reason(row.text(9)), "end_reason");
  return session;
}

} // namespace

std::string session_pages::text_of(const session_filter& wanted) {
  std::string text = select_sessions;
  const char* before = "WHERE ";
  bool is_led = false;
  // The first condition leads, by its index; a plus keeps the others from theirs. Those come first
  // that fewer sessions fulfil.
  auto require_that = [&](bool is_wanted, const char* column, const char* condition) {
    if (!is_wanted)
      return;
    text.append(std::exchange(before, "AND ")).append(std::exchange(is_led, true) ? "+" : "");
    text.append(column).append(condition);
  };
  require_that(wanted.owner.has_value(), "s.user_id", " = ?1 ");
  require_that(wanted.node.has_value(), "s.node_id",
               " = (SELECT id FROM proxmox_nodes WHERE name = ?2) ");
  require_that(wanted.not_closed, "s.step", " <> 'closed' ");
  require_that(wanted.status.has_value(), "s.status", " = ?3 ");
  if (wanted.before)
    text.append(before).append("s.id < ?4 ");
  return text + "ORDER BY s.id DESC LIMIT ?5";
}

statement& session_pages::prepared(std::string text) {
  auto found = prepared_.find(text);
  if (found == prepared_.end()) {
    auto made = tables_.prepare(text);
    found = prepared_.emplace(std::move(text), std::move(made)).first;
  }
  return found->second;
}

std::vector<session_row> session_pages::read(const session_filter& wanted) {
  std::vector<session_row> found;
  std::optional<std::uint32_t> owner;
  if (wanted.owner)
    owner = wanted.owner->value;
  std::optional<std::string> node;
  if (wanted.node)
    node = wanted.node->value;
  std::optional<std::string> before;
  if (wanted.before)
    before = to_string(*wanted.before);
  auto& page = prepared(text_of(wanted));
  for (auto row = page.query(owner, node, wanted.status, before, wanted.limit); row.next();)
    found.push_back(session_of_row(row));
  return found;
}

std::optional<session_row> session_pages::find(const domain::session_id& id) {
  auto row = prepared(std::string{select_sessions} + "WHERE s.id = ?1").query(to_string(id));
  return row.next() ? std::optional{session_of_row(row)} : std::nullopt;
}

} // namespace berth::eventstore
