#pragma once

#include "actors/accounts.hpp"
#include "adapters/passwords/password_store.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace berth::passwords {

struct password_settings {
  std::filesystem::path file;
  scrypt_cost cost;
  std::size_t workers = 2;        ///< hashings at once: each takes its memory
  std::size_t longest_queue = 32; ///< more than that many waiting are refused
};

/// To a worker: one hashing.
struct compute_hash {
  domain::secret password;
  scrypt_cost cost;
  bytes salt;
};
struct computed_hash {
  bytes hash;
};
using hash_worker_actor = caf::typed_actor<caf::replies_to<compute_hash>::with<computed_hash>>;

struct password_keeper_state {
  static inline constexpr const char* name = "password_keeper";

  password_settings settings;
  std::unique_ptr<password_store> store;
  std::vector<hash_worker_actor> idle;
  std::deque<std::function<void()>> queue; ///< of what waits for a worker
  bytes decoy_salt;                        ///< for users who have no password
};

/// The password port. Spawn it detached: it waits for the disk, though never for a hashing.
/// Passwords have 12 to 128 characters, and are not among the best known ones.
actors::password_actor::behavior_type
password_keeper(actors::password_actor::stateful_pointer<password_keeper_state> self,
                password_settings settings);

} // namespace berth::passwords

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::passwords::compute_hash)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(berth::passwords::computed_hash)
