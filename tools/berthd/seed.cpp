#include "tools/berthd/seed.hpp"

#include "adapters/http/token_hash.hpp"
#include "domain/session/session.hpp"
#include "tools/berthd/sources.hpp"

#include <utility>

namespace berth::berthd {

namespace {

using namespace std::chrono_literals;

const std::string author = "system:seed";
constexpr std::size_t password_length = 16;

/// Appends what a new aggregate needs; nothing when its stream is there already.
class seeder {
public:
  seeder(eventstore::event_log& log, domain::time_point now) : log_(log), now_(now) {}

  template <class Aggregate, class Command>
  bool create(const std::string& stream, const std::vector<Command>& commands) {
    if (!log_.read_stream(stream).empty())
      return false;
    Aggregate current;
    std::vector<domain::event> events;
    for (const auto& command : commands) {
      auto decided = decide(current, command);
      if (!decided)
        throw std::logic_error{stream + ": " + decided.error().detail};
      for (const auto& event : *decided) {
        current = fold(std::move(current), event);
        events.emplace_back(event);
      }
    }
    append({.stream = stream,
            .events = std::move(events),
            .because = {author, http::command_id(stream), {}}});
    return true;
  }

  void append(const eventstore::append_request& request) {
    auto results = log_.append({request});
    if (std::holds_alternative<eventstore::duplicate_command>(results[0]))
      return;
    const auto* done = std::get_if<eventstore::appended>(&results[0]);
    if (!done)
      throw eventstore::log_error{"the log refused the seed of " + request.stream};
    written_ += done->events.size();
  }

  bool answered(const domain::ulid& command) { return log_.find_command(command).has_value(); }
  std::size_t written() const { return written_; }

private:
  // Users are the one kind of aggregate whose rules know the time.
  auto decide(const domain::user& current, const domain::user_command& wanted) const {
    return domain::decide(current, wanted, now_);
  }
  domain::user fold(domain::user before, const domain::user_event& happened) const {
    return domain::evolve(std::move(before), happened, now_);
  }
  template <class Aggregate, class Command>
  auto decide(const Aggregate& current, const Command& wanted) const {
    return domain::decide(current, wanted);
  }
  template <class Aggregate, class Event>
  Aggregate fold(Aggregate before, const Event& happened) const {
    return domain::evolve(std::move(before), happened);
  }

  eventstore::event_log& log_;
  domain::time_point now_;
  std::size_t written_ = 0;
};

domain::template_spec spec(std::string name, domain::os_type os, domain::desktop_protocol protocol,
                           std::uint32_t source, std::uint32_t ram_mb,
                           std::vector<std::string> tags) {
  return {.name = std::move(name),
          .os = os,
          .protocol = protocol,
          .source = {source},
          .cpu_cores = 4,
          .ram_mb = ram_mb,
          .disk_gb = 50,
          .tags = std::move(tags)};
}

const std::vector<domain::template_spec>& templates() {
  using enum domain::desktop_protocol;
  static const std::vector<domain::template_spec> all{
      spec("Windows 11", domain::os_type::windows, rdp, 9000, 8192, {"office"}),
      spec("Ubuntu 22.04", domain::os_type::linux, vnc, 9001, 4096, {"development"}),
      spec("Kali", domain::os_type::kali, vnc, 9002, 4096, {"security-lab", "kali"})};
  return all;
}

void seed_nodes(seeder& to) {
  constexpr int nodes = 7;
  for (int i = 1; i <= nodes; ++i) {
    domain::node_name name{"pve-" + std::to_string(i)};
    to.create<domain::node, domain::node_command>(
        eventstore::stream_of(name),
        {domain::register_node{name, name.value + ".lab.example", 50}});
  }
}

void seed_templates(seeder& to) {
  domain::template_id id{1};
  for (const auto& one : templates()) {
    to.create<domain::vm_template, domain::template_command>(eventstore::stream_of(id),
                                                             {domain::create_template{id, one}});
    ++id.value;
  }
}

std::vector<issued_credentials> seed_users(seeder& to, const store_password& store) {
  std::vector<issued_credentials> issued;
  domain::user_id id{1};
  for (const auto& [login, role] : {std::pair{"admin", domain::role::admin},
                                    {"ana", domain::role::engineer},
                                    {"ben", domain::role::engineer},
                                    {"vera", domain::role::auditor}}) {
    issued_credentials fresh{login, "berth_" + fresh_secret(), {}};
    std::vector<domain::user_command> wanted{
        domain::register_user{id, login, role},
        domain::issue_token{http::token_hash(fresh.token), "seed", {}}};
    if (store) {
      fresh.password = fresh_secret().substr(0, password_length);
      wanted.emplace_back(domain::change_password{});
    }
    if (to.create<domain::user, domain::user_command>(eventstore::stream_of(id), wanted)) {
      if (store)
        store(id, domain::secret{fresh.password});
      issued.push_back(std::move(fresh));
    }
    ++id.value;
  }
  return issued;
}

/// A session that ran and is over, with nothing left of it.
void seed_session(seeder& to, const std::string& name, domain::user_id owner,
                  domain::template_id from, domain::vm_id vm, domain::end_reason reason,
                  domain::time_point now, domain::ulid_source& ids) {
  auto command = http::command_id("seed:" + name);
  if (to.answered(command))
    return;
  domain::session_id id{ids.next(now)};
  domain::node_name node{"pve-1"};
  std::vector<domain::session_event> life{
      domain::session_requested{id, owner, from, templates()[from.value - 1],
                                domain::session_type::ephemeral, now + 60min},
      domain::session_placed{1, node, vm, {}},
      domain::clone_intended{vm},
      domain::configuration_intended{vm},
      domain::start_intended{vm},
      domain::vm_started{vm, now + 2min},
      domain::session_activated{vm, node, "192.0.2.10"},
      domain::session_ended{reason, "demonstration"},
      domain::deletion_intended{vm},
      domain::vm_deleted{vm},
      domain::session_closed{}};
  domain::session folded;
  eventstore::append_request request{.stream = eventstore::stream_of(id),
                                     .because = {author, command, {}},
                                     .command_id = command,
                                     .reserves = vm,
                                     .closes = true};
  for (const auto& event : life) {
    folded = domain::evolve(std::move(folded), event, now);
    request.events.emplace_back(event);
  }
  to.append(request);
}

} // namespace

seed_report seed(eventstore::event_log& log, domain::time_point now,
                 const actors::vmid_range& vmids, const store_password& store) {
  seeder to{log, now};
  seed_nodes(to);
  seed_templates(to);
  auto issued = seed_users(to, store);
  domain::ulid_source ids{random_bits};
  seed_session(to, "demo-1", {2}, {2}, vmids.first, domain::end_reason::ended_by_user, now, ids);
  seed_session(to, "demo-2", {3}, {3}, {vmids.first.value + 1}, domain::end_reason::deadline, now,
               ids);
  return {to.written(), std::move(issued)};
}

} // namespace berth::berthd
