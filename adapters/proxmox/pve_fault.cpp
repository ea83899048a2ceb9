#include "adapters/proxmox/pve_fault.hpp"

#include "adapters/proxmox/pve_json.hpp"

#include <array>
#include <string_view>

namespace berth::proxmox {

namespace {

using actors::errc;

struct known_text {
  std::string_view part;
  errc code;
};

/// Texts of qemu-server, pve-storage and pve-cluster, most telling first. They are not part of the
/// API's contract: check them again with each minor release of Proxmox.
constexpr std::array known_texts{
    known_text{"got timeout", errc::transient},
    known_text{"got lock request timeout", errc::transient},
    known_text{"locked command timed out", errc::transient},
    known_text{"got no worker upid", errc::transient},
    known_text{"no quorum", errc::transient},
    known_text{"VM is locked", errc::transient},
    known_text{"interrupted by signal", errc::transient},
    known_text{"unexpected status", errc::transient},
    known_text{"checksum mismatch", errc::transient},
    known_text{"is running - destroy failed", errc::transient},
    known_text{"onfiguration file", errc::transient},    // It moved, or it is gone: look.
    known_text{"already exists", errc::outcome_unknown}, // Perhaps by a call whose answer was lost.
    known_text{"File exists", errc::outcome_unknown},
    known_text{"No space left", errc::capacity},
    known_text{"no space left", errc::capacity},
    known_text{"not enough free space", errc::capacity},
    known_text{"not enough space", errc::capacity},
    known_text{"insufficient free space", errc::capacity},
    known_text{"free extents", errc::capacity},
    known_text{"quota exceeded", errc::capacity},
    known_text{"out of space", errc::capacity},
    known_text{"Cannot allocate memory", errc::capacity},
    known_text{"not enough memory", errc::capacity},
    known_text{"is not available on node", errc::capacity},
    known_text{"is not online", errc::capacity},
    known_text{"no such cluster node", errc::capacity},
    known_text{"hostname lookup", errc::capacity}, // The node left the cluster.
    known_text{"protection mode", errc::permanent},
    known_text{"Agent error", errc::permanent}, // In the guest's own words.
    known_text{"No QEMU guest agent configured", errc::permanent},
    known_text{"not supported", errc::permanent},
    known_text{"does not support", errc::permanent},
    known_text{"uses local storage", errc::permanent},
    known_text{"non-shared storage", errc::permanent},
    known_text{"not allowed for linked clones", errc::permanent},
    known_text{"if it's a template", errc::permanent},
    known_text{"still in use by linked clone", errc::permanent},
    known_text{"used in HA resources", errc::permanent},
    known_text{"only root can set", errc::permanent},
    known_text{"does not exist", errc::permanent}, // A storage or a snapshot.
};

errc code_of_text(std::string_view text) {
  for (const auto& known : known_texts)
    if (text.find(known.part) != std::string_view::npos)
      return known.code;
  return errc::transient;
}

constexpr int connect_failed = 595;
constexpr int not_forwarded = 599; // A stale connection between two nodes.

} // namespace

pve_fault classify(const net::https_response& response, bool changes) {
  auto text = "Proxmox: " + error_text(response);
  switch (response.status) {
  case 400:
    return {errc::permanent, text};
  case 401:
  case 403:
    return {errc::cluster_unavailable, text + " (" + std::to_string(response.status) + ")"};
  case 500:
    return {code_of_text(text), text};
  case 501:
  case 506:
    return {errc::permanent, text};
  case connect_failed: // The request never left for its node.
  case not_forwarded:
  case 429:
  case 503:
    return {errc::transient, text};
  default:
    break;
  }
  if (response.status < 500)
    return {errc::cluster_unavailable,
            "the host does not answer as Proxmox does: " + std::to_string(response.status) + " "
                + error_text(response)};
  // 596 to 598 and those of proxies in front: the node may be at work without our knowing.
  return {changes ? errc::outcome_unknown : errc::transient,
          text + " (" + std::to_string(response.status) + ")"};
}

pve_fault classify(const net::transport_error& error, bool changes) {
  using kind = net::transport_error::kind;
  auto text = "Proxmox: " + error.text;
  if (error.what != kind::interrupted)
    return {errc::cluster_unavailable, text};
  return {changes ? errc::outcome_unknown : errc::transient, text};
}

pve_fault classify_task(const std::string& exit_status) {
  return {code_of_text(exit_status), "Proxmox: " + exit_status};
}

bool task_succeeded(const std::string& exit_status) {
  return exit_status == "OK" || exit_status.starts_with("WARNINGS: ")
         || exit_status.ends_with("already running");
}

bool task_vanished(const std::string& exit_status) {
  return exit_status.empty() || exit_status == "unexpected status"
         || exit_status.starts_with("unable to get last line from task log");
}

bool says_missing_vm(const std::string& text) {
  return text.find("onfiguration file") != std::string::npos;
}

} // namespace berth::proxmox
