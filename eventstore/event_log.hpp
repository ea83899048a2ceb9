#pragma once

#include "eventstore/event_codec.hpp"
#include "eventstore/recorded_event.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace berth::eventstore {

struct stored_event;

/// A stream as somebody has seen it; 0: it does not exist.
struct stream_version {
  std::string stream;
  std::uint64_t version = 0;
};

/// What one caller wants written: all of it or nothing.
struct append_request {
  std::string stream;
  std::uint64_t expected_version = 0; ///< 0: the stream must not exist yet
  std::vector<domain::event> events;  ///< at least one
  cause because;
  std::optional<domain::ulid> command_id; ///< a command already answered is not answered twice
  std::optional<domain::vm_id> reserves;  ///< a VMID that no append has ever reserved before
  std::optional<stream_version> rests_on; ///< another stream that must still be at this version
  bool closes = false;                    ///< nothing may follow: the stream needs no recovery
  std::vector<encoded_event> encoded;     ///< the events as stored, once `encode_events` was called
};

/// Encodes the events, unless that was done; nobody may change them afterwards. The log does it if
/// nobody has, but its thread is the one that all wait for. The reason when one has no stored form.
std::optional<std::string> encode_events(append_request& request);

/// What makes a request malformed; nothing when it is well formed.
std::optional<std::string> fault_of(const append_request& request);

/// What a log takes from outside.
struct log_sources {
  std::function<domain::time_point()> clock;
  std::function<std::uint64_t()> random; ///< 64 uniform bits at each call
};

/// Durable.
struct appended {
  std::vector<recorded_event> events;
};
/// Somebody else wrote to the stream; nothing was written.
struct version_conflict {
  std::uint64_t actual = 0;
};
/// The stream that the request rests on has gone on; nothing was written.
struct basis_changed {
  std::string stream;
};
/// The command was answered before, with these events; nothing was written.
struct duplicate_command {
  std::vector<recorded_event> events;
};
/// The VMID belongs to an earlier append; nothing was written.
struct vmid_taken {
  domain::vm_id vm;
};
/// Nothing was written, and nothing else is wrong: the disk is full, the request malformed, a text
/// in it not valid UTF-8, or the stream closed.
struct append_refused {
  std::string reason;
};
/// The commit failed and may or may not be on the disk. The log refuses everything from here on:
/// only a new process that opens the file again can tell.
struct outcome_unknown {
  std::string reason;
};
using append_result = std::variant<appended, version_conflict, basis_changed, duplicate_command,
                                   vmid_taken, append_refused, outcome_unknown>;

/// Thrown when the log cannot be opened or read: locked by another process, from a newer version,
/// damaged. The text says what to do.
struct log_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Which events somebody looks for. What is empty does not limit.
struct event_filter {
  std::optional<std::string> stream;
  std::optional<std::string> type;
  std::optional<std::string> actor;
  std::optional<domain::time_point> since; ///< recorded then or later
  std::optional<domain::time_point> until; ///< recorded then or earlier

  bool matches(const recorded_event& event) const;
};

/// Newest first.
struct found_events {
  std::vector<recorded_event> events;
  std::optional<std::uint64_t> next_before; ///< where to go on; nothing when there is no more
};

/// A search looks at so many events of the log at most: what is rare in a long log is found in
/// several searches, each of which ends soon. A search of one stream looks at all of it.
constexpr std::uint64_t longest_search = 20'000;

/// A restart must know the sessions that were over no longer ago than this, by the log's own time,
/// before its last event: what their end calls for may not have been done yet.
constexpr domain::duration recent_past = std::chrono::minutes{15};

/// PORT. The append-only log of events. Blocks; one thread at a time may use one object.
class event_log {
public:
  virtual ~event_log() = default;

  /// Writes each request, all of them in one commit, and answers each at its index. A request that
  /// is answered with anything but `appended` leaves no trace and does not disturb the others;
  /// later requests of the batch see what earlier ones wrote.
  virtual std::vector<append_result> append(std::vector<append_request> batch) = 0;

  /// Oldest first; empty for an unknown stream.
  virtual std::vector<recorded_event> read_stream(const std::string& stream) const = 0;

  /// Up to `limit` events with positions greater than `after`, in order.
  virtual std::vector<recorded_event> read_all(std::uint64_t after, std::size_t limit) const = 0;

  /// Fills the front of `into` with the events after a position, in order and not decoded; how many
  /// they are. The memory of what was there before is used again.
  virtual std::size_t read_stored(std::uint64_t after, std::span<stored_event> into) const = 0;

  /// Up to `limit` events with positions smaller than `before` that the filter lets pass. Fewer, or
  /// none, when the search was long enough: `next_before` then says where it ended.
  virtual found_events find_events(const event_filter& wanted, std::uint64_t before,
                                   std::size_t limit) const = 0;

  /// The positions of all that a restart must know, in order: every event of the streams that are
  /// not closed, and of those that something was appended to in the `recent_past`.
  virtual std::vector<std::uint64_t> unfinished() const = 0;

  /// The events at these positions, which are in order and exist.
  virtual std::vector<recorded_event> read_at(std::span<const std::uint64_t> positions) const = 0;

  /// The newest position, 0 when empty.
  virtual std::uint64_t head() const = 0;

  /// Streams of sessions that no append has closed, in order of their first events.
  virtual std::vector<std::string> open_sessions() const = 0;

  /// The greatest VMID ever reserved; nothing when none was.
  virtual std::optional<domain::vm_id> last_reserved() const = 0;

  /// The stream whose append reserved `vm`; nothing when none did.
  virtual std::optional<std::string> reserved_by(domain::vm_id vm) const = 0;

  /// The events that answered `command`, if it was.
  virtual std::optional<std::vector<recorded_event>>
  find_command(const domain::ulid& command) const = 0;

  /// Gives back what reading has gathered in memory; later reads fetch it anew.
  virtual void release_memory() = 0;
};

} // namespace berth::eventstore
