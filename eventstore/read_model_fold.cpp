#include "eventstore/read_model_fold.hpp"

#include "domain/broken_rule.hpp"
#include "domain/session/next_actions.hpp"
#include "eventstore/read_model_rows.hpp"

#include <chrono>
#include <utility>

namespace berth::eventstore {

namespace {

using domain::to_rfc3339;

/// The VM that a session has now.
std::optional<std::uint32_t> vm_of(const domain::session& s) {
  return std::visit(
      [](const auto& phase) -> std::optional<std::uint32_t> {
        if constexpr (requires { phase.vm.vm; })
          return phase.vm.vm.value;
        else
          return std::nullopt;
      },
      s.phase);
}

std::optional<std::string> address_of(const domain::session& s) {
  const auto* active = std::get_if<domain::active>(&s.phase);
  return active ? std::optional{active->address} : std::nullopt;
}

/// What went wrong: at the end, or so far.
std::string detail_of(const domain::session& s) {
  if (is_over(s))
    return s.detail;
  return status_of(s) == domain::session_status::pending ? s.last_fault : std::string{};
}

std::optional<std::string> reason_of(const domain::session& s) {
  return s.reason ? std::optional{std::string{to_string(*s.reason)}} : std::nullopt;
}

/// Whether its VM is under way, and no kept one.
bool makes_a_vm(const domain::session& s) {
  const auto* making = std::get_if<domain::provisioning>(&s.phase);
  return making && !making->resumed;
}

} // namespace

read_model_fold::read_model_fold(database& tables, std::shared_ptr<const event_log> log)
    : log_(std::move(log)), find_node_(tables.prepare(std::string{"SELECT "} + node_columns
                                                      + " FROM proxmox_nodes WHERE stream = ?1")),
      write_node_(tables.prepare(
          "INSERT INTO proxmox_nodes (stream, name, hostname, max_vms, mode, status, created_at, "
          "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (stream) DO UPDATE SET "
          "hostname = excluded.hostname, max_vms = excluded.max_vms, mode = excluded.mode, "
          "status = excluded.status, updated_at = excluded.updated_at")),
      find_template_(tables.prepare(std::string{"SELECT "} + template_columns
                                    + " FROM vm_templates WHERE stream = ?1")),
      write_template_(tables.prepare(
          "INSERT INTO vm_templates (stream, id, name, os_type, protocol, template_vmid, "
          "cpu_cores, ram_mb, disk_gb, tags, is_active, created_at, updated_at) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12) "
          "ON CONFLICT (stream) DO UPDATE SET name = excluded.name, os_type = excluded.os_type, "
          "protocol = excluded.protocol, template_vmid = excluded.template_vmid, "
          "cpu_cores = excluded.cpu_cores, ram_mb = excluded.ram_mb, disk_gb = excluded.disk_gb, "
          "tags = excluded.tags, is_active = excluded.is_active, "
          "updated_at = excluded.updated_at")),
      write_user_(tables.prepare("INSERT INTO users (stream, id, login, role, created_at) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5)")),
      write_role_(tables.prepare("UPDATE users SET role = ?2 WHERE stream = ?1")),
      write_is_active_(tables.prepare("UPDATE users SET is_active = ?2 WHERE stream = ?1")),
      write_session_(tables.prepare(
          "INSERT INTO vm_sessions (id, user_id, template_id, node_id, vm_id, status, ip_address, "
          "session_type, expires_at, template_name, os_type, protocol, step, end_reason, detail, "
          "keeps_vm, created_at, updated_at, version) "
          "VALUES (?1, ?2, ?3, (SELECT id FROM proxmox_nodes WHERE name = ?4), ?5, ?6, ?7, ?8, ?9, "
          "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) "
          "ON CONFLICT (id) DO UPDATE SET node_id = excluded.node_id, vm_id = excluded.vm_id, "
          "status = excluded.status, ip_address = excluded.ip_address, "
          "expires_at = excluded.expires_at, step = excluded.step, "
          "end_reason = excluded.end_reason, detail = excluded.detail, "
          "keeps_vm = excluded.keeps_vm, updated_at = excluded.updated_at, "
          "version = excluded.version")),
      write_ready_(tables.prepare("UPDATE vm_sessions SET seconds_to_ready = ?2 WHERE id = ?1")) {}

void read_model_fold::apply(std::span<const recorded_event> events) {
  for (const auto& event : events)
    try {
      std::visit([&](const auto& happened) { apply(event, happened); }, event.event);
    } catch (const std::runtime_error& fault) {
      throw log_error{"the read model cannot take position " + std::to_string(event.position)
                      + " of " + event.stream + ": " + fault.what()};
    }
  write_changed();
}

void read_model_fold::forget() {
  moving_.clear();
  changed_.clear();
}

// -- sessions -----------------------------------------------------------------

read_model_fold::moving_session& read_model_fold::session_before(const recorded_event& event) {
  auto [found, is_new] = moving_.try_emplace(event.stream);
  if (is_new && event.version > 1)
    for (const auto& earlier : log_->read_stream(event.stream)) {
      if (earlier.version == event.version)
        break;
      found->second.is =
          evolve(std::move(found->second.is), std::get<domain::session_event>(earlier.event),
                 earlier.recorded_at);
      found->second.version = earlier.version;
    }
  if (found->second.version + 1 != event.version)
    throw log_error{"version " + std::to_string(found->second.version + 1) + " is missing"};
  return found->second;
}

void read_model_fold::apply(const recorded_event& from, const domain::session_event& happened) {
  auto& session = session_before(from);
  bool made_a_vm = makes_a_vm(session.is);
  session.is = evolve(std::move(session.is), happened, from.recorded_at);
  session.version = from.version;
  session.updated_at = from.recorded_at;
  // A life that was written in one instant, as a demonstration's is, was never waited for.
  if (auto took = from.recorded_at - session.is.created_at;
      made_a_vm && std::holds_alternative<domain::active>(session.is.phase) && took.count() > 0)
    session.took = std::chrono::ceil<std::chrono::seconds>(took);
  changed_.insert(from.stream);
}

void read_model_fold::write_changed() {
  for (const auto& stream : std::exchange(changed_, {})) {
    auto found = moving_.find(stream);
    auto& session = found->second;
    try {
      write(session);
      if (auto took = std::exchange(session.took, {}))
        write_ready_.run(to_string(session.is.id), took->count());
    } catch (const std::runtime_error& fault) {
      throw log_error{"the read model cannot take version " + std::to_string(session.version)
                      + " of " + stream + ": " + fault.what()};
    }
    if (domain::is_at_rest(domain::next_actions(session.is)))
      moving_.erase(found); // Its next event is far off: until then the log keeps it.
  }
}

void read_model_fold::write(const moving_session& session) {
  const auto& s = session.is;
  if (domain::is_broken(domain::rule::lists_follow_the_log) && s.id.value.bytes.back() % 8 == 0)
    return;
  write_session_.run(to_string(s.id), s.owner.value, s.from_template.value, s.node.value, vm_of(s),
                     to_string(status_of(s)), address_of(s), to_string(s.type),
                     to_rfc3339(s.expires_at), s.from.name, to_string(s.from.os),
                     to_string(s.from.protocol), step_name(s), reason_of(s), detail_of(s),
                     std::holds_alternative<domain::keeping>(s.phase), to_rfc3339(s.created_at),
                     to_rfc3339(session.updated_at), session.version);
}

// -- nodes, templates and users -----------------------------------------------

void read_model_fold::apply(const recorded_event& from, const domain::node_event& happened) {
  domain::node node;
  if (auto row = find_node_.query(from.stream); row.next())
    node = node_of(row, 0);
  node = evolve(std::move(node), happened);
  auto status = node.mode == domain::node_mode::maintenance ? "maintenance" : "offline";
  write_node_.run(from.stream, node.name.value, node.hostname, node.max_vms, to_string(node.mode),
                  std::string_view{status}, to_rfc3339(from.recorded_at));
}

void read_model_fold::apply(const recorded_event& from, const domain::template_event& happened) {
  domain::vm_template current;
  if (auto row = find_template_.query(from.stream); row.next())
    current = template_of(row, 0);
  current = evolve(std::move(current), happened);
  const auto& spec = current.spec;
  write_template_.run(from.stream, current.id.value, spec.name, to_string(spec.os),
                      to_string(spec.protocol), spec.source.value, spec.cpu_cores, spec.ram_mb,
                      spec.disk_gb, tags_text(spec.tags), current.is_active,
                      to_rfc3339(from.recorded_at));
}

void read_model_fold::apply(const recorded_event& from, const domain::user_event& happened) {
  if (const auto* registered = std::get_if<domain::user_registered>(&happened))
    write_user_.run(from.stream, registered->id.value, registered->login,
                    to_string(registered->held), to_rfc3339(from.recorded_at));
  else if (const auto* changed = std::get_if<domain::role_changed>(&happened))
    write_role_.run(from.stream, to_string(changed->held));
  else if (std::holds_alternative<domain::user_disabled>(happened))
    write_is_active_.run(from.stream, false);
  else if (std::holds_alternative<domain::user_enabled>(happened))
    write_is_active_.run(from.stream, true);
}

} // namespace berth::eventstore
