#include "adapters/proxmox/guest_address.hpp"
#include "adapters/proxmox/pve_answer.hpp"
#include "adapters/proxmox/pve_fault.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

using namespace berth;
using namespace berth::proxmox;
using fuzz::require;

namespace {

bool is_vmid(std::uint32_t number) {
  return number >= 100 && number <= 999'999'999;
}

void check_node(const pve_node& node) {
  require(!node.cpu || (*node.cpu >= 0 && std::isfinite(*node.cpu)), "a load is a number");
  require(node.cores >= 0 && node.ram_used >= 0 && node.ram_total >= 0 && node.uptime >= 0,
          "nothing measured is less than nothing");
}

void check_resources(const std::string& body) {
  auto read = read_answer(body, read_resources);
  if (!read)
    return;
  for (const auto& [vmid, vm] : read->vms)
    require(is_vmid(vmid) && vm.vmid == vmid, "every VM of a list has a VMID of Proxmox's range");
  for (const auto& [name, node] : read->nodes) {
    require(node.name == name, "nodes are found by their names");
    check_node(node);
  }
}

void check_volumes(const std::string& body) {
  auto read = read_answer(body, read_volumes);
  if (!read)
    return;
  for (const auto& volume : *read)
    require((volume.vmid == 0 || is_vmid(volume.vmid)) && volume.size >= 0,
            "a volume is no VM's, or that of a VMID of Proxmox's range");
}

void check_address(const std::string& body) {
  auto address_in = [](json_element data) { return choose_address(data, "bc:24:11:2e:c5:4a"); };
  auto found = read_answer(body, address_in);
  auto without_mac = [](json_element data) { return choose_address(data, ""); };
  require(!read_answer(body, without_mac), "without a MAC no address is the VM's");
  if (!found)
    return;
  boost::system::error_code malformed;
  auto address = boost::asio::ip::make_address(*found, malformed);
  require(!malformed && !address.is_loopback() && !address.is_unspecified(),
          "a guest's address is one that people can reach");
}

void check_fault(const net::https_response& response) {
  for (bool changes : {false, true}) {
    auto fault = classify(response, changes);
    require(fault.text.find_first_of("\r\n") == std::string::npos, "a reason is one line");
    require(fault.text.size() > std::string_view{"Proxmox: "}.size(), "a fault has a reason");
    require(changes || fault.code != actors::errc::outcome_unknown || response.status == 500,
            "a call that changes nothing leaves nothing open");
  }
}

} // namespace

/// A line with status and reason, then the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  auto line = input.line();
  net::https_response response;
  std::from_chars(line.data(), line.data() + line.size(), response.status);
  response.reason = line.substr(std::min(line.size(), std::size_t{4}));
  response.body = input.rest();
  check_fault(response);
  check_resources(response.body);
  check_address(response.body);
  check_volumes(response.body);
  read_answer(response.body, read_quorum);
  read_answer(response.body, read_sees_every_vm);
  if (auto node = read_answer(response.body, read_node_status))
    check_node(*node);
  if (auto nodes = read_answer(response.body, read_nodes))
    std::ranges::for_each(*nodes, check_node);
  read_answer(response.body, read_vm_config);
  read_answer(response.body, read_power_state);
  read_answer(response.body, read_storages);
  read_answer(response.body, read_tasks);
  read_answer(response.body, read_task);
  read_answer(response.body, read_log_line);
  read_answer(response.body, read_upid);
  return 0;
}
