#pragma once

#include "actors/accounts.hpp"
#include "actors/messages.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace berth::http {

/// What other actors have answered about sessions and credentials, so that they need not be asked
/// again as long as it holds. Its owner must tell it of every commit: what the log changes is
/// forgotten, and an answer that is older than a commit it was told of is not kept.
class recent_answers {
public:
  /// A credential is asked for again after so long, because its use is noted elsewhere.
  static constexpr std::chrono::seconds credential_lifetime{10};
  static constexpr std::size_t most_sessions = 4096;
  static constexpr std::size_t most_credentials = 4096;

  /// Every commit after this position is told of, some of them already: before that nothing is
  /// kept.
  void begin(std::uint64_t head) { head_ = std::max(head_.value_or(0), head); }
  void take(const actors::event_list& committed);
  /// The newest position that it was told of; nothing before it has begun.
  std::optional<std::uint64_t> head() const { return head_; }
  /// Nobody has seen anything later: what lists must contain.
  std::uint64_t seen() const { return head_.value_or(0); }

  /// Says that a session is going to be asked for; `keep` needs what it gives.
  std::uint64_t expect(const domain::session_id& id);
  void keep(const actors::session_view& answer, std::uint64_t expected);
  /// Nothing when it must be asked for. Valid until the next call of anything else.
  const actors::session_view* find(const domain::session_id& id) const;

  /// Of whoever showed the credential.
  void keep(const actors::caller& answer, domain::time_point now);
  const actors::caller* find(const actors::authenticate& shown, domain::time_point now) const;

private:
  struct session {
    std::optional<actors::session_view> known;
    std::uint64_t newest = 0; ///< position of its newest event that is known of
  };
  struct credential {
    actors::caller who;
    domain::time_point until;
  };

  /// The session is at this position of the log.
  void note_change(const domain::session_id& of, std::uint64_t position);
  /// The user is at this position of the log: what is known of older credentials no longer holds.
  void note_change(domain::user_id of, std::uint64_t position);

  std::optional<std::uint64_t> head_;
  std::unordered_map<domain::session_id, session> sessions_;
  std::uint64_t generation_ = 0; ///< so often all sessions were forgotten
  std::unordered_map<std::string, credential> credentials_; ///< by hash
  std::map<domain::user_id, std::uint64_t> newest_;         ///< positions of changes of users
};

} // namespace berth::http
