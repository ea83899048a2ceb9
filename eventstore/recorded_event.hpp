#pragma once

#include "domain/event.hpp"
#include "domain/time.hpp"
#include "domain/ulid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace berth::eventstore {

/// Who caused an event, and in the course of what.
struct cause {
  std::string actor;                     ///< `user:3`, `system:session`, `system:seed`
  domain::ulid correlation;              ///< one for everything that follows from one request
  std::optional<domain::ulid> causation; ///< the event or command that led here

  bool operator==(const cause&) const = default;
};

/// One event as the log holds it.
struct recorded_event {
  std::uint64_t position = 0; ///< 1.. without gaps; the order of commits
  std::string stream;         ///< `session-<ulid>`, `node-<name>`, `template-<n>`, `user-<n>`...
  std::uint64_t version = 0;  ///< 1.. without gaps within its stream
  domain::ulid event_id;
  domain::time_point
      recorded_at; ///< UTC by the writer's clock; never goes back from one position to the next
  cause because;
  std::optional<domain::ulid> command_id; ///< of the command that was answered with this append
  domain::event event;

  bool operator==(const recorded_event&) const = default;
};

/// The one stream of alerts, and the one about differences between log and cluster.
inline constexpr std::string_view alerts_stream = "alerts";
inline constexpr std::string_view reconciliation_stream = "reconciliation";

std::string stream_of(const domain::session_id& id);
std::string stream_of(const domain::node_name& node);
std::string stream_of(domain::template_id id);
std::string stream_of(domain::user_id id);

/// Whether a stream of ours could have this name.
bool is_stream(std::string_view name);

/// Whether this could have caused an event: `user:3` or `system:seed`, with any number or word.
bool is_actor(std::string_view name);

/// The session whose stream this is; nothing for other streams.
std::optional<domain::session_id> session_of(std::string_view stream);

/// The user whose stream this is; nothing for other streams.
std::optional<domain::user_id> user_of(std::string_view stream);

} // namespace berth::eventstore
