#include "tools/pve_simulator/api.hpp"

#include "tools/pve_simulator/api_error.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace berth::pve_simulator {

namespace {

namespace json = boost::json;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 1;
  while (begin < path.size()) {
    auto end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool matches(const std::string& pattern, const std::vector<std::string>& path,
             std::map<std::string, std::string>& placeholders) {
  auto expected = split(pattern);
  if (expected.size() != path.size())
    return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (expected[i].front() == '{')
      placeholders[expected[i].substr(1, expected[i].size() - 2)] = percent_decode(path[i]);
    else if (expected[i] != path[i])
      return false;
  }
  return true;
}

void check_placeholders(const std::map<std::string, std::string>& path) {
  auto vmid = path.find("vmid");
  if (vmid != path.end())
    check_parameters({{"vmid", vmid->second}}, {{.name = "vmid", .kind = parameter_kind::vmid}});
}

/// A node that is not ours to answer for: the forwarding fails before the call is looked at.
void check_node(const cluster& in, const std::map<std::string, std::string>& path) {
  auto name = path.find("node");
  if (name == path.end())
    return;
  auto found = in.nodes.find(name->second);
  if (found == in.nodes.end())
    die("hostname lookup '" + name->second + "' failed - failed to get address info for: "
        + name->second + ": Name or service not known");
  if (!found->second.online)
    throw api_error{.status = 595, .message = "No route to host", .delay = 3};
}

api_reply reply_of(const answer& done) {
  json::object envelope{{"data", done.data}};
  if (done.total)
    envelope["total"] = *done.total;
  return {.body = json::serialize(envelope)};
}

api_reply reply_of(const api_error& why) {
  auto reason = why.message.substr(0, why.message.find('\n'));
  if (why.status >= 595)
    return {.status = why.status, .reason = reason, .delay = why.delay};
  json::object envelope{{"data", nullptr}};
  envelope["message"] = why.status == 501 ? why.message : why.message + "\n";
  if (!why.errors.empty()) {
    json::object errors;
    for (const auto& [name, text] : why.errors)
      errors[name] = text;
    envelope["errors"] = errors;
  }
  return {.status = why.status,
          .reason = reason,
          .body = json::serialize(envelope),
          .delay = why.delay,
          .busy = why.busy};
}

} // namespace

vm& call::guest() const {
  if (auto* found = in.find(node(), vmid()))
    return *found;
  die("Configuration file 'nodes/" + node() + "/qemu-server/" + path.at("vmid")
      + ".conf' does not exist");
}

void call::need_quorum() const {
  if (!in.quorate)
    die("cluster not ready - no quorum?");
}

std::string call::value(const std::string& name, const std::string& otherwise) const {
  auto found = values.find(name);
  return found == values.end() ? otherwise : found->second;
}

api::api(cluster& of, const access_control& access) : cluster_(of), access_(access) {
  for (auto&& routes : {cluster_routes(), storage_routes(), guest_routes(), config_routes(),
                        agent_routes(), task_routes()})
    routes_.insert(routes_.end(), routes.begin(), routes.end());
}

api_reply api::handle(const std::string& user, const std::string& method, const std::string& path,
                      parameter_values values) {
  cluster_.advance();
  auto parts = split(path);
  try {
    for (const auto& route : routes_) {
      std::map<std::string, std::string> placeholders;
      if (route.method != method || !matches(route.pattern, parts, placeholders))
        continue;
      call made{cluster_, access_, user, std::move(placeholders), std::move(values)};
      route.authorize(made);
      check_node(cluster_, made.path);
      check_placeholders(made.path);
      check_parameters(made.values, route.parameters);
      return reply_of(route.handle(made));
    }
    throw api_error{.status = 501,
                    .message = "Method '" + method + " " + path + "' not implemented"};
  } catch (const api_error& why) {
    return reply_of(why);
  }
}

} // namespace berth::pve_simulator
