#include "tools/pve_simulator/api.hpp"
#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <algorithm>

/// Calls about tasks.
namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

/// Running tasks show user and token in one.
std::string owner_of(const task& of) {
  return of.token.empty() ? of.user : of.user + "!" + of.token;
}

bool is_upid(const std::string& text) {
  return text.starts_with("UPID:") && std::ranges::count(text, ':') == 8;
}

bool may_see(const call& c, const task& of) {
  return c.who == owner_of(of) || c.access.allows(c.who, "/nodes/" + of.node, "Sys.Audit");
}

/// The task of the path. Dies as Proxmox does when it is malformed, unknown or somebody else's and
/// the caller lacks `privilege`.
task& task_of(const call& c, const std::string& privilege) {
  const auto& upid = c.path.at("upid");
  if (!is_upid(upid))
    reject_parameters({{"upid", "unable to parse worker upid"}});
  auto found = c.in.tasks.find(upid);
  if (found == c.in.tasks.end() || found->second.node != c.node())
    reject_parameters({{"upid", "no such task"}});
  if (c.who != owner_of(found->second))
    c.access.require(c.who, "/nodes/" + c.node(), privilege);
  return found->second;
}

json::object task_row(const task& of) {
  json::object row{{"upid", of.upid},     {"node", of.node},         {"pid", of.pid},
                   {"pstart", of.pstart}, {"starttime", of.started}, {"type", of.type},
                   {"id", of.id}};
  return row;
}

void add_owner(json::object& row, const task& of) {
  row["user"] = of.user;
  if (!of.token.empty())
    row["tokenid"] = of.token;
}

answer list_tasks(call& c) {
  auto source = c.value("source", "archive");
  auto limit = std::stoul(c.value("limit", "50"));
  auto start = std::stoul(c.value("start", "0"));
  auto since = std::stoll(c.value("since", "0"));
  json::array rows;
  std::int64_t total = 0;
  for (auto upid = c.in.task_order.rbegin(); upid != c.in.task_order.rend(); ++upid) {
    const auto& of = c.in.tasks.at(*upid);
    if (of.node != c.node() || !may_see(c, of) || (source == "active" && !of.running)
        || (source == "archive" && of.running) || of.started < since
        || (c.values.contains("typefilter") && c.value("typefilter") != of.type)
        || (c.values.contains("vmid") && c.value("vmid") != of.id)
        || (c.flag("errors") && (of.running || of.exit_status == "OK")))
      continue;
    if (static_cast<std::size_t>(total++) < start || rows.size() >= limit)
      continue;
    auto row = task_row(of);
    if (of.running) {
      row["user"] = owner_of(of);
      row["saved"] = "0";
      row["status"] = "RUNNING";
    } else {
      add_owner(row, of);
      row["endtime"] = of.ended;
      row["status"] = of.exit_status;
    }
    rows.push_back(row);
  }
  return {rows, total};
}

answer task_status(call& c) {
  const auto& of = task_of(c, "Sys.Audit");
  auto row = task_row(of);
  add_owner(row, of);
  row["status"] = of.running ? "running" : "stopped";
  if (!of.running)
    row["exitstatus"] = of.exit_status;
  return {row, {}};
}

answer cluster_tasks(call& c) {
  json::array rows;
  for (auto upid = c.in.task_order.rbegin(); upid != c.in.task_order.rend() && rows.size() < 25;
       ++upid) {
    const auto& of = c.in.tasks.at(*upid);
    // The list compares the caller with the user alone: a token needs Sys.Audit for its own tasks.
    if (c.who != of.user && !c.access.allows(c.who, "/", "Sys.Audit"))
      continue;
    auto row = task_row(of);
    row.erase("pid");
    row.erase("pstart");
    row["saved"] = of.running ? "0" : "1";
    if (of.running) {
      row["user"] = owner_of(of);
    } else {
      add_owner(row, of);
      row["endtime"] = of.ended;
      row["status"] = of.exit_status;
    }
    rows.push_back(row);
  }
  return {rows, {}};
}

answer task_log(call& c) {
  // The file's name follows from the UPID alone: an unknown task is a missing file.
  if (const auto& upid = c.path.at("upid"); is_upid(upid) && !c.in.tasks.contains(upid))
    return {json::array{
                json::object{{"n", 1}, {"t", "unable to open file - No such file or directory"}}},
            1};
  const auto& of = task_of(c, "Sys.Audit");
  auto start = std::stoul(c.value("start", "0"));
  auto limit = std::stoul(c.value("limit", "50"));
  json::array lines;
  for (auto i = start; i < of.log.size() && (limit == 0 || lines.size() < limit); ++i)
    lines.push_back(json::object{{"n", static_cast<std::int64_t>(i + 1)}, {"t", of.log[i]}});
  if (of.log.empty())
    lines.push_back(json::object{{"n", 1}, {"t", "no content"}});
  return {lines, static_cast<std::int64_t>(std::max<std::size_t>(of.log.size(), 1))};
}

answer stop_task(call& c) {
  auto& of = task_of(c, "Sys.Modify");
  if (of.running && of.on_stop)
    of.on_stop();
  else if (of.running)
    c.in.end_task(of.upid, "interrupted by signal");
  return {nullptr, {}};
}

} // namespace

std::vector<route> task_routes() {
  using enum parameter_kind;
  const std::string tasks = "/nodes/{node}/tasks";
  return {
      {"GET", "/cluster/tasks", anybody, {}, cluster_tasks},
      {"GET",
       tasks,
       anybody,
       {{.name = "source", .kind = choice, .choices = {"archive", "active", "all"}},
        {.name = "limit", .kind = integer, .minimum = 0},
        {.name = "start", .kind = integer, .minimum = 0},
        {.name = "since", .kind = integer},
        {.name = "until", .kind = integer},
        {.name = "typefilter"},
        {.name = "statusfilter"},
        {.name = "userfilter"},
        {.name = "vmid", .kind = vmid},
        {.name = "errors", .kind = boolean}},
       list_tasks},
      {"GET", tasks + "/{upid}/status", anybody, {}, task_status},
      {"GET",
       tasks + "/{upid}/log",
       anybody,
       {{.name = "start", .kind = integer, .minimum = 0},
        {.name = "limit", .kind = integer, .minimum = 0},
        {.name = "download", .kind = boolean}},
       task_log},
      {"DELETE", tasks + "/{upid}", anybody, {}, stop_task},
  };
}

} // namespace berth::pve_simulator
