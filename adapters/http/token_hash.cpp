#include "adapters/http/token_hash.hpp"

#include "eventstore/sha256.hpp"

#include <algorithm>

namespace berth::http {

std::string token_hash(const std::string& token) {
  return eventstore::to_hex(eventstore::sha256(token));
}

domain::ulid command_id(const std::string& text) {
  auto digest = eventstore::sha256(text);
  domain::ulid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

} // namespace berth::http
