#include "adapters/proxmox/pve_api.hpp"

#include "adapters/proxmox/guest_address.hpp"
#include "adapters/proxmox/pve_json.hpp"
#include "adapters/proxmox/pve_route.hpp"
#include "domain/broken_rule.hpp"

#include <type_traits>

namespace berth::proxmox {

namespace {

std::string vm_path(const std::string& node, std::uint32_t vmid) {
  return "/nodes/" + node + "/qemu/" + std::to_string(vmid);
}

pve_fault unreadable(const std::string& path) {
  return {actors::errc::transient, "Proxmox: the answer to " + path + " cannot be read"};
}

/// What an answer says, or that it cannot be read.
template <class Read, class T = typename std::invoke_result_t<Read, json_element>::value_type>
pve_result<T> decode(const pve_result<std::string>& body, const std::string& path, Read read) {
  if (const auto* fault = std::get_if<pve_fault>(&body))
    return *fault;
  if (auto answer = read_answer(std::get<std::string>(body), read))
    return std::move(*answer);
  return unreadable(path);
}

/// How a call ended, for whoever counts.
std::string outcome_of(const net::https_result& result) {
  if (const auto* response = std::get_if<net::https_response>(&result)) {
    auto status_class = response->status / 100;
    return status_class == 2 ? "ok" : std::to_string(status_class) + "xx";
  }
  using kind = net::transport_error::kind;
  switch (std::get<net::transport_error>(result).what) {
  case kind::unreachable:
    return "unreachable";
  case kind::untrusted:
    return "untrusted";
  case kind::interrupted:
    break;
  }
  return "interrupted";
}

} // namespace

pve_api::pve_api(const proxmox_settings& settings, surroundings around)
    : token_id_(settings.token_id), token_secret_(settings.token_secret),
      around_(std::move(around)) {}

net::awaitable<pve_result<std::string>> pve_api::call(std::string method, std::string path,
                                                      form parameters, privilege needed) {
  if (!circuit_.admits(around_.time->now()))
    co_return pve_fault{actors::errc::cluster_unavailable, circuit_.why()};
  bool changes = method != "GET";
  auto encoded = encode(parameters);
  net::https_request wanted{.method = method, .target = "/api2/json" + path};
  wanted.headers = {{"Authorization", "PVEAPIToken=" + token_id_ + "=" + token_secret_.reveal()},
                    {"Accept", "application/json"},
                    {"Accept-Encoding", "identity"}};
  if (method == "POST" || method == "PUT") {
    wanted.body = encoded;
    wanted.content_type = "application/x-www-form-urlencoded";
  } else if (!encoded.empty())
    wanted.target += "?" + encoded;
  auto began = around_.time->now();
  auto result = co_await around_.wire->send(std::move(wanted));
  auto took = around_.time->now() - began;
  around_.metrics->proxmox_called(route_of(method, path), outcome_of(result), took);

  const auto* response = std::get_if<net::https_response>(&result);
  if (domain::is_broken(domain::rule::secrets_stay_secret))
    around_.log.info("proxmox call", {{"token", token_secret_.reveal()}});
  around_.log.debug("proxmox call",
                    {{"method", method},
                     {"path", path},
                     {"status", response ? std::to_string(response->status) : "none"},
                     {"took_ms", std::to_string(took / std::chrono::milliseconds{1})}});
  auto fault = response ? classify(*response, changes)
                        : classify(std::get<net::transport_error>(result), changes);
  bool refused = response && (response->status < 200 || response->status > 299);
  constexpr int forbidden = 403;
  if (response && response->status == forbidden && needed == privilege::of_this_call)
    fault.code = actors::errc::permanent;
  if ((!response || refused) && fault.code == actors::errc::cluster_unavailable) {
    if (circuit_.fail(around_.time->now(), fault.text))
      around_.log.error("proxmox is unavailable: every session waits", {{"why", fault.text}});
    co_return fault;
  }
  if (response && circuit_.succeed())
    around_.log.info("proxmox is available again");
  if (!response || refused)
    co_return fault;
  // A success may carry errors for single parameters all the same.
  if (response->body.find("\"errors\"") != std::string::npos) {
    simdjson::dom::parser parser;
    simdjson::padded_string padded{response->body};
    json_element body;
    if (parser.parse(padded).get(body) == simdjson::SUCCESS && field(body, "errors"))
      co_return pve_fault{actors::errc::permanent, "Proxmox: " + error_text(*response)};
  }
  co_return response->body;
}

net::awaitable<pve_result<std::string>> pve_api::call_for_text(std::string method, std::string path,
                                                               form parameters) {
  auto body = co_await call(std::move(method), path, std::move(parameters));
  if (std::holds_alternative<pve_fault>(body))
    co_return body;
  auto upid = decode(body, path, read_upid);
  if (auto* fault = std::get_if<pve_fault>(&upid))
    fault->code = actors::errc::outcome_unknown; // It was taken, whatever the answer says.
  co_return upid;
}

net::awaitable<pve_result<pve_resources>> pve_api::cluster_resources() {
  const std::string path = "/cluster/resources";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_resources);
}

net::awaitable<pve_result<bool>> pve_api::cluster_status() {
  const std::string path = "/cluster/status";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_quorum);
}

net::awaitable<pve_result<bool>> pve_api::sees_every_vm() {
  const std::string path = "/access/permissions";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_sees_every_vm);
}

net::awaitable<pve_result<std::vector<pve_node>>> pve_api::nodes() {
  const std::string path = "/nodes";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_nodes);
}

net::awaitable<pve_result<pve_node>> pve_api::node_status(const std::string& node) {
  const auto path = "/nodes/" + node + "/status";
  auto body = co_await call("GET", path);
  auto status = decode(body, path, read_node_status);
  if (auto* found = std::get_if<pve_node>(&status))
    found->name = node;
  co_return status;
}

net::awaitable<pve_result<std::string>> pve_api::clone_template(const std::string& node,
                                                                std::uint32_t source,
                                                                const clone_options& options) {
  form parameters{{"newid", std::to_string(options.newid)},
                  {"name", options.name},
                  {"description", options.description},
                  {"full", options.full ? "1" : "0"}};
  if (!options.target.empty() && options.target != node)
    parameters.emplace_back("target", options.target);
  if (!options.pool.empty())
    parameters.emplace_back("pool", options.pool);
  if (options.full && !options.storage.empty())
    parameters.emplace_back("storage", options.storage);
  co_return co_await call_for_text("POST", vm_path(node, source) + "/clone", std::move(parameters));
}

net::awaitable<pve_result<pve_vm_config>> pve_api::vm_config(const std::string& node,
                                                             std::uint32_t vmid) {
  const auto path = vm_path(node, vmid) + "/config";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_vm_config);
}

net::awaitable<pve_result<std::string>>
pve_api::configure(const std::string& node, std::uint32_t vmid, const form& changes) {
  co_return co_await call_for_text("PUT", vm_path(node, vmid) + "/config", changes);
}

net::awaitable<pve_result<std::string>> pve_api::start_vm(const std::string& node,
                                                          std::uint32_t vmid) {
  co_return co_await call_for_text("POST", vm_path(node, vmid) + "/status/start");
}

net::awaitable<pve_result<std::string>> pve_api::stop_vm(const std::string& node,
                                                         std::uint32_t vmid) {
  co_return co_await call_for_text("POST", vm_path(node, vmid) + "/status/stop");
}

net::awaitable<pve_result<std::string>> pve_api::shut_down_vm(const std::string& node,
                                                              std::uint32_t vmid) {
  form parameters{{"timeout", "60"}, {"forceStop", "1"}};
  co_return co_await call_for_text("POST", vm_path(node, vmid) + "/status/shutdown",
                                   std::move(parameters));
}

net::awaitable<pve_result<std::string>> pve_api::delete_vm(const std::string& node,
                                                           std::uint32_t vmid) {
  form parameters{{"purge", "1"}, {"destroy-unreferenced-disks", "0"}};
  co_return co_await call_for_text("DELETE", vm_path(node, vmid), std::move(parameters));
}

net::awaitable<pve_result<std::string>> pve_api::power_state(const std::string& node,
                                                             std::uint32_t vmid) {
  const auto path = vm_path(node, vmid) + "/status/current";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_power_state);
}

net::awaitable<pve_result<std::vector<pve_task>>> pve_api::list_tasks(std::string path,
                                                                      form parameters) {
  auto body = co_await call("GET", path, std::move(parameters));
  co_return decode(body, path, read_tasks);
}

net::awaitable<pve_result<std::vector<pve_task>>> pve_api::node_tasks(const std::string& node,
                                                                      std::int64_t since) {
  form parameters{{"source", "all"}, {"since", std::to_string(since)}, {"limit", "1000"}};
  co_return co_await list_tasks("/nodes/" + node + "/tasks", std::move(parameters));
}

net::awaitable<pve_result<std::vector<pve_task>>> pve_api::running_clones(const std::string& node,
                                                                          std::uint32_t source) {
  form parameters{
      {"source", "active"}, {"typefilter", "qmclone"}, {"vmid", std::to_string(source)}};
  co_return co_await list_tasks("/nodes/" + node + "/tasks", std::move(parameters));
}

net::awaitable<pve_result<pve_task>> pve_api::task_status(const std::string& node,
                                                          const std::string& upid) {
  const auto path = "/nodes/" + node + "/tasks/" + percent_encode(upid) + "/status";
  auto body = co_await call("GET", path);
  co_return decode(body, path, read_task);
}

net::awaitable<pve_result<std::string>> pve_api::task_first_line(const std::string& node,
                                                                 const std::string& upid) {
  const auto path = "/nodes/" + node + "/tasks/" + percent_encode(upid) + "/log";
  form parameters{{"start", "0"}, {"limit", "1"}};
  auto body = co_await call("GET", path, std::move(parameters));
  co_return decode(body, path, read_log_line);
}

net::awaitable<pve_result<std::vector<pve_storage>>> pve_api::storages(const std::string& node) {
  const auto path = "/nodes/" + node + "/storage";
  form parameters{{"content", "images"}, {"enabled", "1"}};
  auto body = co_await call("GET", path, std::move(parameters), privilege::of_this_call);
  co_return decode(body, path, read_storages);
}

net::awaitable<pve_result<std::vector<pve_volume>>> pve_api::images(const std::string& node,
                                                                    const std::string& storage) {
  const auto path = "/nodes/" + node + "/storage/" + storage + "/content";
  form parameters{{"content", "images"}};
  auto body = co_await call("GET", path, std::move(parameters), privilege::of_this_call);
  co_return decode(body, path, read_volumes);
}

net::awaitable<pve_result<std::optional<std::string>>>
pve_api::agent_address(const std::string& node, std::uint32_t vmid, const std::string& mac) {
  const auto path = vm_path(node, vmid) + "/agent/network-get-interfaces";
  auto body = co_await call("GET", path);
  using address = std::optional<std::string>;
  co_return decode(body, path, [&mac](json_element data) -> std::optional<address> {
    return address{choose_address(data, mac)};
  });
}

net::awaitable<pve_result<std::monostate>>
pve_api::set_guest_password(const std::string& node, std::uint32_t vmid, const std::string& user,
                            const domain::secret& password) {
  const auto path = vm_path(node, vmid) + "/agent/set-user-password";
  form parameters{{"username", user}, {"password", password.reveal()}};
  auto body = co_await call("POST", path, std::move(parameters), privilege::of_this_call);
  if (auto* fault = std::get_if<pve_fault>(&body))
    co_return *fault;
  co_return std::monostate{};
}

} // namespace berth::proxmox
