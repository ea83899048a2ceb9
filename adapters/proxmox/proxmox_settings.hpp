#pragma once

#include "adapters/net/https_client.hpp"
#include "domain/secret.hpp"

#include <chrono>
#include <string>

namespace berth::proxmox {

/// How to reach the cluster, and how Berth's VMs are made in it.
struct proxmox_settings {
  net::https_settings https;
  std::string token_id; ///< user@realm!name
  domain::secret token_secret;
  std::chrono::milliseconds poll_period{5000}; ///< between two looks at the cluster
  std::size_t clones_at_once =
      4; ///< per node that holds the template: storage locks are held while cloning
  bool full_clone = false;
  std::string storage; ///< of full clones; empty: the template's
  std::string pool;    ///< that VMs join; empty: none
};

} // namespace berth::proxmox
