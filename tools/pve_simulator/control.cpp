#include "tools/pve_simulator/control.hpp"

#include "tools/pve_simulator/parameters.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <stdexcept>

namespace berth::pve_simulator {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

json::object to_json(const effect& seen) {
  json::object row{{"at", seen.at}, {"effect", seen.what}};
  if (seen.what == "request") {
    row["method"] = seen.method;
    row["path"] = seen.path;
    row["status"] = seen.status;
    row["parameters"] = json::value_from(seen.parameters);
    if (seen.vmid != 0)
      row["newid"] = seen.vmid;
    return row;
  }
  row["vmid"] = seen.vmid;
  row["node"] = seen.node;
  row["name"] = seen.name;
  if (!seen.task.empty())
    row["task"] = seen.task;
  return row;
}

json::value read_journal(const cluster& in, std::size_t since) {
  json::array rows;
  const auto& all = in.journal.all();
  for (auto i = since; i < all.size(); ++i)
    rows.push_back(to_json(all[i]));
  return json::object{
      {"next", static_cast<std::int64_t>(all.size())}, {"now", in.now()}, {"effects", rows}};
}

json::value read_state(const cluster& in) {
  json::array vms;
  for (const auto& [id, of] : in.vms) {
    auto name = of.config.find("name");
    auto tags = of.config.find("tags");
    vms.push_back(json::object{{"vmid", id},
                               {"node", of.node},
                               {"name", name == of.config.end() ? "" : name->second},
                               {"tags", tags == of.config.end() ? "" : tags->second},
                               {"lock", of.lock},
                               {"pool", of.pool},
                               {"running", of.running},
                               {"template", of.is_template},
                               {"address_at", of.address_at},
                               {"passwords_set", json::value_from(of.passwords_set)}});
  }
  json::array leaked;
  for (const auto& left : in.leaked)
    leaked.push_back(json::value(left.disk.volid()));
  std::int64_t running = 0;
  for (const auto& [upid, of] : in.tasks)
    running += of.running ? 1 : 0;
  return json::object{{"vms", vms}, {"leaked_volumes", leaked}, {"running_tasks", running}};
}

std::string text(const json::object& from, const char* key) {
  const auto* found = from.if_contains(key);
  return found && found->is_string() ? std::string{found->get_string()} : std::string{};
}

double number(const json::object& from, const char* key, double otherwise) {
  const auto* found = from.if_contains(key);
  return found && found->is_number() ? found->to_number<double>() : otherwise;
}

void add_fault(cluster& in, const json::object& wanted) {
  auto kind = text(wanted, "kind");
  if (kind == "node_down" || kind == "node_up")
    return in.set_online(text(wanted, "node"), kind == "node_up");
  if (kind == "quorum_lost" || kind == "quorum_ok") {
    in.quorate = kind == "quorum_ok";
    return;
  }
  in.faults.push_back({.kind = kind,
                       .method = text(wanted, "method"),
                       .path_contains = text(wanted, "path_contains"),
                       .node = text(wanted, "node"),
                       .vmid = static_cast<std::uint32_t>(number(wanted, "vmid", 0)),
                       .count = static_cast<int>(number(wanted, "count", 1)),
                       .status = static_cast<int>(number(wanted, "status", 500)),
                       .reason = text(wanted, "reason"),
                       .body = text(wanted, "body"),
                       .delay = number(wanted, "delay", 0)});
}

void add_foreign_vm(cluster& in, const json::object& wanted) {
  auto id = static_cast<std::uint32_t>(number(wanted, "vmid", 0));
  auto& made = in.add_vm(id, text(wanted, "node"), text(wanted, "name"), 2048, 2);
  if (auto storage = text(wanted, "storage"); !storage.empty()) {
    made.disks[0].storage = in.storages.at(storage).name;
    made.config["scsi0"] = drive_line(made.disks[0]);
  }
  const auto* running = wanted.if_contains("running");
  made.running = running && running->is_bool() && running->get_bool();
  made.started_at = in.now();
}

void change_vm(vm& of, const json::object& wanted) {
  for (const auto& [key, value] : wanted) {
    std::string given{value.as_string()};
    if (key == "lock")
      of.lock = given;
    else if (given.empty())
      of.config.erase(std::string{key});
    else
      of.config[std::string{key}] = given;
    if (key == "scsi0" && !of.disks.empty())
      of.disks[0].storage = given.substr(0, given.find(':'));
  }
}

void add_storage(cluster& in, const json::object& wanted) {
  const auto* shared = wanted.if_contains("shared");
  storage made{.name = text(wanted, "storage"), .type = text(wanted, "type")};
  made.shared = shared && shared->is_bool() && shared->get_bool();
  made.size = number(wanted, "size_gib", 100) * 1024 * 1024 * 1024;
  in.storages[made.name] = made;
}

void add_token(access_control& access, const json::object& wanted) {
  std::map<std::string, std::set<std::string>> privileges;
  for (const auto& [path, names] : wanted.at("privileges").as_object())
    for (const auto& name : names.as_array())
      privileges[std::string{path}].insert(std::string{name.as_string()});
  access.add_token(text(wanted, "id"), text(wanted, "secret"), std::move(privileges));
}

/// Throws std::out_of_range for a path or thing that is not there.
json::value handle(cluster& in, access_control& access, const std::string& method,
                   const std::string& target, const json::object& body) {
  auto question = target.find('?');
  auto path = target.substr(0, question);
  auto query =
      question == std::string::npos ? parameter_values{} : parse_form(target.substr(question + 1));
  in.advance();
  if (method == "GET" && path == "/journal")
    return read_journal(in, std::stoul(query.contains("since") ? query["since"] : "0"));
  if (method == "GET" && path == "/state")
    return read_state(in);
  if (method == "POST" && path == "/faults")
    add_fault(in, body);
  else if (method == "DELETE" && path == "/faults")
    in.faults.clear();
  else if (method == "POST" && path == "/vms")
    add_foreign_vm(in, body);
  else if (method == "POST" && path == "/storages")
    add_storage(in, body);
  else if (method == "POST" && path == "/pools")
    in.pools.insert(text(body, "poolid"));
  else if (method == "POST" && path == "/tokens")
    add_token(access, body);
  else if (method == "POST" && path == "/clock") {
    in.clock.push(number(body, "advance_s", 0));
    in.advance();
  } else if (path.starts_with("/vms/")) {
    auto id = static_cast<std::uint32_t>(std::stoul(path.substr(5)));
    auto& of = in.vms.at(id);
    if (method == "DELETE") {
      in.remove_vm(id);
    } else if (method == "POST" && path.ends_with("/move"))
      in.move(id, text(body, "node"));
    else if (method == "PUT" && path.ends_with("/config"))
      change_vm(of, body);
    else
      throw std::out_of_range{path};
  } else if (method == "PUT" && path.starts_with("/nodes/")) {
    auto& of = in.nodes.at(path.substr(7));
    of.base_cpu = number(body, "base_cpu", of.base_cpu);
    of.base_ram = number(body, "base_ram_used", of.base_ram / of.ram) * of.ram;
    of.shown_cpu = in.used_cpu(of);
    of.shown_ram = in.used_ram(of);
  } else
    throw std::out_of_range{path};
  return json::object{};
}

http::response<http::string_body> respond(cluster& in, access_control& access,
                                          const http::request<http::string_body>& from) {
  http::response<http::string_body> reply{http::status::ok, from.version()};
  reply.set(http::field::content_type, "application/json");
  try {
    auto parsed = from.body().empty() ? json::value(json::object{}) : json::parse(from.body());
    reply.body() = json::serialize(handle(in, access, std::string{from.method_string()},
                                          std::string{from.target()}, parsed.as_object()));
  } catch (const std::out_of_range& why) {
    reply.result(http::status::not_found);
    reply.body() = json::serialize(json::object{{"error", why.what()}});
  } catch (const std::exception& why) {
    reply.result(http::status::bad_request);
    reply.body() = json::serialize(json::object{{"error", why.what()}});
  }
  reply.keep_alive(from.keep_alive());
  reply.prepare_payload();
  return reply;
}

} // namespace

net::awaitable<void> serve_control(net::tcp::socket socket, cluster& in, access_control& access) {
  net::error_code error;
  auto token = net::asio::redirect_error(net::asio::use_awaitable, error);
  beast::flat_buffer buffer;
  for (;;) {
    http::request<http::string_body> from;
    co_await http::async_read(socket, buffer, from, token);
    if (error)
      co_return;
    auto reply = respond(in, access, from);
    co_await http::async_write(socket, reply, token);
    if (error || !reply.keep_alive())
      co_return;
  }
}

} // namespace berth::pve_simulator
