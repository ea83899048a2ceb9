#pragma once

#include "adapters/passwords/scrypt.hpp"
#include "domain/ids.hpp"
#include "eventstore/sqlite.hpp"

#include <filesystem>
#include <optional>

namespace berth::passwords {

using domain::password_hash;

/// With a fresh salt. Blocks for as long as the cost says.
password_hash hash_password(const domain::secret& password, const scrypt_cost& cost);

/// Where the passwords are in a data directory.
std::filesystem::path password_file_in(const std::filesystem::path& data_directory);

/// The hashes of all passwords, in a file of their own: unlike the log it forgets. One thread at a
/// time may use it.
class password_store {
public:
  /// Creates the file when there is none; only its owner may read it. Throws
  /// eventstore::sqlite_error.
  explicit password_store(const std::filesystem::path& file);

  std::optional<password_hash> find(domain::user_id of);

  /// Durable when it returns.
  void put(domain::user_id of, const password_hash& hash);

private:
  eventstore::database file_;
  eventstore::statement find_;
  eventstore::statement put_;
};

} // namespace berth::passwords
