#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tools/berthd/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace berth;
using fuzz::require;

namespace {

/// Settings may name files: there are two, and devices, which never end, are left alone.
class settings_directory {
public:
  settings_directory() {
    std::ofstream{directory_ / "secret"} << "a-secret";
    std::ofstream{directory_ / "key"} << std::string(32, 'a');
    std::filesystem::current_path(directory_.path());
  }

  bool names_device(const std::string& toml) const {
    return toml.find("/dev") != std::string::npos || toml.find("/proc") != std::string::npos;
  }

  std::filesystem::path write(const std::string& toml) const {
    auto file = directory_ / "berth.toml";
    std::ofstream{file, std::ios::binary | std::ios::trunc} << toml;
    return file;
  }

private:
  tests::temporary_directory directory_;
};

void check_settings(const berthd::config& read) {
  require(!read.proxmox.https.hosts.empty(), "there is a Proxmox to ask");
  for (const auto& host : read.proxmox.https.hosts)
    require(host.port != 0, "a host has a port");
  require(!read.proxmox.token_secret.empty(), "there is a secret for Proxmox");
  for (const auto& fingerprint : read.proxmox.https.fingerprints)
    require(fingerprint.size() == 95, "a fingerprint has 32 pairs of digits");
  require(read.vmids.first.value >= 100 && read.vmids.first <= read.vmids.last
              && read.vmids.last.value <= 999'999'999,
          "VMIDs are a range of Proxmox's");
  require(read.sample_period.count() >= 100 && read.proxmox.poll_period.count() >= 100,
          "nothing is asked for without a pause");
}

} // namespace

/// Lines for PROXMOX_HOST, PROXMOX_PORT, PROXMOX_TOKEN_ID and PROXMOX_TOKEN_SECRET, then
/// berth.toml.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const settings_directory settings;
  fuzz::fuzz_input input{data, size};
  for (const auto* name :
       {"PROXMOX_HOST", "PROXMOX_PORT", "PROXMOX_TOKEN_ID", "PROXMOX_TOKEN_SECRET"})
    setenv(name, input.line().c_str(), 1);
  auto toml = input.rest();
  if (settings.names_device(toml))
    return 0;
  try {
    check_settings(berthd::load_config(settings.write(toml)));
  } catch (const berthd::config_error& refused) {
    require(*refused.what() != '\0', "a refusal has a reason");
  }
  return 0;
}
