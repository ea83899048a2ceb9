#include "adapters/http/inventory_json.hpp"
#include "adapters/http/request_body.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <boost/json/serialize.hpp>

using namespace berth;
using fuzz::require;

namespace {

struct body_read {
  domain::template_spec spec;
  std::optional<http::problem> fault;
};

body_read read(const std::string& text, const std::optional<domain::template_spec>& before) {
  http::request_body body{text};
  auto spec = http::read_template(body, before);
  return {std::move(spec), body.fault()};
}

/// The fields of a template as a client would send them.
std::string write(const domain::template_spec& spec) {
  actors::template_view shown{{.id = {1}, .spec = spec}, 1, {}};
  auto object = http::template_object(shown);
  for (const auto* ours : {"id", "is_active", "version", "warnings"})
    object.erase(ours);
  return boost::json::serialize(object);
}

void check_bounds(const domain::template_spec& spec) {
  require(!spec.name.empty() && spec.name.size() <= 100, "a name is neither empty nor long");
  require(spec.source.value >= 100 && spec.source.value <= 999'999'999,
          "a template's VMID is one of Proxmox's");
  require(spec.cpu_cores >= 1 && spec.cpu_cores <= 128 && spec.ram_mb >= 16 && spec.disk_gb >= 1,
          "a VM has hardware");
  require(spec.desktop_port <= 65'535 && spec.desktop_user.size() <= 32,
          "a desktop can be reached");
}

void check_fault(const http::problem& fault) {
  require(fault.status == 400 || fault.status == 422, "a refusal blames the client");
  require(fault.status != 422 || !fault.errors.empty(), "a refusal of fields names a field");
  for (const auto& error : fault.errors)
    require(error.pointer.starts_with("#/") && !error.detail.empty(),
            "each field at fault is pointed at, and told what is wrong");
}

} // namespace

/// A body that creates a template, and changes one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text{reinterpret_cast<const char*>(data), size};
  auto created = read(text, std::nullopt);
  if (created.fault)
    check_fault(*created.fault);
  else {
    check_bounds(created.spec);
    auto again = read(write(created.spec), std::nullopt);
    require(!again.fault && again.spec == created.spec,
            "a template that is shown can be sent again");
    auto changed = read(text, domain::template_spec{});
    require(!changed.fault && changed.spec == created.spec,
            "what creates a template changes another one into it");
  }
  return 0;
}
