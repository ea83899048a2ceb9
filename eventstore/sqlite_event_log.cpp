#include "eventstore/sqlite_event_log.hpp"

#include "domain/broken_rule.hpp"
#include "eventstore/event_codec.hpp"
#include "eventstore/event_search.hpp"
#include "eventstore/hash_chain.hpp"
#include "eventstore/log_file.hpp"
#include "eventstore/stored_event.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace berth::eventstore {

namespace {

/// So many pages of write-ahead log are moved into the file at a time.
constexpr int checkpoint_pages = 1'000;

/// Where the log ends.
struct log_end {
  std::uint64_t position = 0;
  std::int64_t recorded_at = 0;
  digest chain{};
};

log_end read_end(database& db) {
  auto last = db.prepare(std::string{select_events} + "ORDER BY position DESC LIMIT 1");
  if (auto row = last.query(); row.next()) {
    auto event = stored_event_of(row);
    return {event.position, event.recorded_at, event.chain};
  }
  auto store = db.prepare("SELECT uuid FROM store");
  auto row = store.query();
  if (!row.next())
    throw log_error{"the log has lost its name, which its hash chain begins with"};
  return {.chain = first_link(row.blob(0))};
}

template <class Result>
std::vector<append_result> same_for_all(std::size_t count, const Result& result) {
  return std::vector<append_result>(count, result);
}

} // namespace

// -- reading ------------------------------------------------------------------

class sqlite_event_log::reader {
public:
  explicit reader(database opened) : db{std::move(opened)} {}

  template <class... Values>
  static std::vector<recorded_event> events(statement& query, const Values&... values) {
    std::vector<recorded_event> found;
    stored_event stored; // Its memory is used again for each row.
    for (auto row = query.query(values...); row.next();) {
      read_stored_event(row, stored);
      found.push_back(decode(stored));
    }
    return found;
  }

  void require_sound() const {
    if (!poison.empty())
      throw log_error{poison};
  }

  database db;
  std::string poison; ///< why the log can no longer be used; empty while it can
  statement stream = db.prepare(std::string{select_events} + "WHERE stream = ?1 ORDER BY version");
  statement page =
      db.prepare(std::string{select_events} + "WHERE position > ?1 ORDER BY position LIMIT ?2");
  statement range =
      db.prepare(std::string{select_events} + "WHERE position BETWEEN ?1 AND ?2 ORDER BY position");
  statement head = db.prepare("SELECT coalesce(max(position), 0) FROM events");
  statement open =
      db.prepare("SELECT stream FROM streams WHERE closed = 0 ORDER BY first_position");
  statement single = db.prepare(std::string{select_events} + "WHERE position = ?1");
  statement last = db.prepare("SELECT position, recorded_at FROM events ORDER BY position DESC "
                              "LIMIT 1");
  statement unfinished = db.prepare("WITH wanted AS (SELECT stream FROM streams WHERE closed = 0 "
                                    "UNION SELECT stream FROM events WHERE position >= ?1) "
                                    "SELECT position FROM wanted JOIN events USING (stream)");
  statement vmid = db.prepare("SELECT max(vmid) FROM vmids");
  statement reserved = db.prepare("SELECT stream FROM vmids WHERE vmid = ?1");
  statement command =
      db.prepare("SELECT first_position, last_position FROM commands WHERE command_id = ?1");
  event_search search{db};
};

// -- writing ------------------------------------------------------------------

class sqlite_event_log::writer {
public:
  writer(reader& reading, log_sources from)
      : db_{reading.db}, reader_{reading}, sources_{std::move(from)}, ids_{sources_.random},
        end_{read_end(db_)} {
    // SQLite calls this after each commit, and then checkpoints nothing by itself.
    sqlite3_wal_hook(
        db_.handle(),
        [](void* self, sqlite3*, const char*, int pages) {
          static_cast<writer*>(self)->wal_pages_ = pages;
          return SQLITE_OK;
        },
        this);
  }
  writer(const writer&) = delete;
  ~writer() {
    if (reader_.poison.empty())
      checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
  }

  std::vector<append_result> append(std::vector<append_request> batch);

private:
  append_result append_one(append_request& request, log_end& end);
  bool take_command(const append_request& request, const log_end& end);
  std::optional<append_result> fault_of_stream(const append_request& request);
  std::optional<append_result> fault_of_surroundings(const append_request& request);
  bool move_stream_on(const append_request& request, std::uint64_t first_position);
  appended insert(append_request& request, log_end& end);
  std::vector<append_result> poison(std::size_t count, const std::string& reason);

  /// One that fails is made up for by the next one: until then the events are in the other file.
  void checkpoint(int mode) {
    sqlite3_wal_checkpoint_v2(db_.handle(), nullptr, mode, nullptr, nullptr);
    wal_pages_ = 0;
  }

  database& db_;
  reader& reader_;
  log_sources sources_;
  domain::ulid_source ids_;
  log_end end_;
  int wal_pages_ = 0;
  /// Of events that the table of types is sure to hold. The names live as long as the program.
  std::set<std::pair<std::string_view, std::uint32_t>> types_;
  statement find_stream_ = db_.prepare("SELECT version, closed FROM streams WHERE stream = ?1");
  statement find_vmid_ = db_.prepare("SELECT 1 FROM vmids WHERE vmid = ?1");
  statement insert_event_ =
      db_.prepare("INSERT INTO events (position, stream, version, event_id, type, schema_version, "
                  "recorded_at, command_id, correlation_id, causation_id, actor, payload, chain) "
                  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
  statement insert_type_ = db_.prepare("INSERT OR IGNORE INTO types VALUES (?1, ?2)");
  statement begin_stream_ =
      db_.prepare("INSERT INTO streams (stream, version, first_position, closed) "
                  "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
  statement continue_stream_ = db_.prepare("UPDATE streams SET version = ?3, closed = ?4 "
                                           "WHERE stream = ?1 AND version = ?2 AND closed = 0");
  statement take_command_ =
      db_.prepare("INSERT INTO commands VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
  statement give_command_back_ = db_.prepare("DELETE FROM commands WHERE command_id = ?1");
  statement insert_vmid_ = db_.prepare("INSERT INTO vmids VALUES (?1, ?2)");
  stored_event row_; ///< Its memory is used again for each event.
};

std::vector<append_result> sqlite_event_log::writer::append(std::vector<append_request> batch) {
  if (!reader_.poison.empty())
    return same_for_all(batch.size(), outcome_unknown{reader_.poison});
  std::vector<append_result> results;
  auto end = end_;
  try {
    transaction writing{db_};
    bool committing = false;
    try {
      for (auto& request : batch)
        results.push_back(append_one(request, end));
      committing = true;
      writing.commit();
    } catch (const sqlite_error& fault) {
      types_.clear();
      // Nothing of a transaction counts before its commit is complete. A commit that fails for lack
      // of space has not written its last frame; any other failure may come after that.
      bool certain = !committing || fault.code == SQLITE_FULL || fault.code == SQLITE_BUSY;
      if (committing && domain::is_broken(domain::rule::failed_commits_are_told)) {
        writing.roll_back();
        return results;
      }
      if (!writing.roll_back() || !certain)
        return poison(batch.size(), fault.what());
      return same_for_all(batch.size(), append_refused{fault.what()});
    }
  } catch (const sqlite_error& fault) {
    return same_for_all(batch.size(), append_refused{fault.what()});
  }
  end_ = end;
  if (wal_pages_ >= checkpoint_pages)
    checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  return results;
}

append_result sqlite_event_log::writer::append_one(append_request& request, log_end& end) {
  if (auto fault = fault_of(request))
    return append_refused{*fault};
  if (auto fault = encode_events(request))
    return append_refused{*fault};
  if (!take_command(request, end)) {
    auto row = reader_.command.query(*request.command_id);
    row.next();
    return duplicate_command{reader::events(reader_.range, row.natural(0), row.natural(1))};
  }
  auto fault = fault_of_surroundings(request);
  // The statement that moves the stream on finds its version in the same step.
  if (!fault && move_stream_on(request, end.position + 1))
    return insert(request, end);
  auto own_fault = fault_of_stream(request);
  if (own_fault && domain::is_broken(domain::rule::versions_are_checked))
    if (const auto* late = std::get_if<version_conflict>(&*own_fault)) {
      request.expected_version = late->actual;
      if (move_stream_on(request, end.position + 1))
        return insert(request, end);
    }
  if (request.command_id)
    give_command_back_.run(*request.command_id);
  return own_fault ? std::move(*own_fault) : std::move(*fault);
}

/// False when it was answered before. Writes it down at once, which asks and notes in one step.
bool sqlite_event_log::writer::take_command(const append_request& request, const log_end& end) {
  if (!request.command_id || domain::is_broken(domain::rule::commands_are_answered_once))
    return true;
  take_command_.run(*request.command_id, end.position + 1, end.position + request.events.size());
  return sqlite3_changes(db_.handle()) == 1;
}

/// What the request says of its own stream and is not so.
std::optional<append_result>
sqlite_event_log::writer::fault_of_stream(const append_request& request) {
  auto row = find_stream_.query(request.stream);
  auto exists = row.next();
  auto version = exists ? row.natural(0) : 0;
  if (version != request.expected_version)
    return version_conflict{version};
  if (exists && row.integer(1) != 0)
    return append_refused{"stream " + request.stream + " is closed"};
  return std::nullopt;
}

/// What the request says of other streams and is not so.
std::optional<append_result>
sqlite_event_log::writer::fault_of_surroundings(const append_request& request) {
  if (request.rests_on) {
    auto row = find_stream_.query(request.rests_on->stream);
    if ((row.next() ? row.natural(0) : 0) != request.rests_on->version)
      return basis_changed{request.rests_on->stream};
  }
  bool may_reuse = domain::is_broken(domain::rule::vmids_count_up)
                   || domain::is_broken(domain::rule::vmids_are_never_free_again);
  if (request.reserves && !may_reuse)
    if (auto row = find_vmid_.query(request.reserves->value); row.next())
      return vmid_taken{*request.reserves};
  return std::nullopt;
}

/// False, and nothing is changed, when the stream is not as the request expects it.
bool sqlite_event_log::writer::move_stream_on(const append_request& request,
                                              std::uint64_t first_position) {
  auto version = request.expected_version + request.events.size();
  if (request.expected_version == 0)
    begin_stream_.run(request.stream, version, first_position, request.closes);
  else
    continue_stream_.run(request.stream, request.expected_version, version, request.closes);
  return sqlite3_changes(db_.handle()) == 1;
}

appended sqlite_event_log::writer::insert(append_request& request, log_end& end) {
  auto now = std::max(end.recorded_at, std::int64_t{sources_.clock().time_since_epoch().count()});
  row_.stream = request.stream;
  row_.recorded_at = now;
  row_.command_id = request.command_id;
  row_.correlation_id = request.because.correlation;
  row_.causation_id = request.because.causation;
  row_.actor = request.because.actor;
  appended result;
  result.events.reserve(request.events.size());
  for (std::size_t i = 0; i < request.events.size(); ++i) {
    auto& encoded = request.encoded[i];
    row_.position = end.position + 1;
    row_.version = request.expected_version + i + 1;
    row_.event_id = ids_.next(domain::time_point{domain::duration{now}});
    row_.type = encoded.type;
    row_.schema_version = encoded.schema_version;
    row_.payload = std::move(encoded.payload);
    row_.chain = next_link(end.chain, leaf_of(row_));
    insert_event_.run(row_.position, row_.stream, row_.version, row_.event_id, row_.type,
                      row_.schema_version, row_.recorded_at, row_.command_id, row_.correlation_id,
                      row_.causation_id, row_.actor, row_.payload, row_.chain);
    if (types_.emplace(encoded.type, row_.schema_version).second)
      insert_type_.run(row_.type, row_.schema_version);
    end = {row_.position, row_.recorded_at, row_.chain};
    result.events.push_back({.position = row_.position,
                             .stream = row_.stream,
                             .version = row_.version,
                             .event_id = row_.event_id,
                             .recorded_at = domain::time_point{domain::duration{now}},
                             .because = request.because,
                             .command_id = request.command_id,
                             .event = std::move(request.events[i])});
  }
  if (request.reserves && !domain::is_broken(domain::rule::vmids_count_up)
      && !domain::is_broken(domain::rule::vmids_are_never_free_again))
    insert_vmid_.run(request.reserves->value, request.stream);
  return result;
}

std::vector<append_result> sqlite_event_log::writer::poison(std::size_t count,
                                                            const std::string& reason) {
  reader_.poison =
      "whether the last commit is on the disk is unknown, open the log again: " + reason;
  return same_for_all(count, outcome_unknown{reader_.poison});
}

// -- the log ------------------------------------------------------------------

sqlite_event_log::sqlite_event_log(const std::filesystem::path& file, log_sources sources) {
  domain::ulid_source names{sources.random};
  reader_ = std::make_unique<reader>(open_log_to_write(file, names.next(sources.clock())));
  writer_ = std::make_unique<writer>(*reader_, std::move(sources));
}

sqlite_event_log::sqlite_event_log(const std::filesystem::path& existing)
    : reader_(std::make_unique<reader>(open_log_to_read(existing))) {}

std::unique_ptr<sqlite_event_log>
sqlite_event_log::open_read_only(const std::filesystem::path& file) {
  return std::unique_ptr<sqlite_event_log>{new sqlite_event_log{file}};
}

sqlite_event_log::~sqlite_event_log() = default;

std::vector<append_result> sqlite_event_log::append(std::vector<append_request> batch) {
  if (!writer_)
    return same_for_all(batch.size(), append_refused{"the log is open to read only"});
  return writer_->append(std::move(batch));
}

std::vector<recorded_event> sqlite_event_log::read_stream(const std::string& stream) const {
  reader_->require_sound();
  return reader::events(reader_->stream, stream);
}

std::vector<recorded_event> sqlite_event_log::read_all(std::uint64_t after,
                                                       std::size_t limit) const {
  reader_->require_sound();
  return reader::events(reader_->page, after, std::uint64_t{limit});
}

std::size_t sqlite_event_log::read_stored(std::uint64_t after, std::span<stored_event> into) const {
  reader_->require_sound();
  auto rows = reader_->page.query(after, std::uint64_t{into.size()});
  std::size_t count = 0;
  while (count < into.size() && rows.next())
    read_stored_event(rows, into[count++]);
  return count;
}

found_events sqlite_event_log::find_events(const event_filter& wanted, std::uint64_t before,
                                           std::size_t limit) const {
  reader_->require_sound();
  return reader_->search.find(wanted, before, limit);
}

std::vector<std::uint64_t> sqlite_event_log::unfinished() const {
  reader_->require_sound();
  std::vector<std::uint64_t> found;
  auto last = reader_->last.query();
  if (!last.next())
    return found;
  domain::time_point newest{domain::duration{last.integer(1)}};
  auto recent = reader_->search.first_since(newest - recent_past, last.natural(0));
  for (auto row = reader_->unfinished.query(recent); row.next();)
    found.push_back(row.natural(0));
  std::ranges::sort(found);
  return found;
}

std::vector<recorded_event>
sqlite_event_log::read_at(std::span<const std::uint64_t> positions) const {
  reader_->require_sound();
  std::vector<recorded_event> found;
  found.reserve(positions.size());
  // While one statement has rows to give, the locks of the file are not taken anew for each other.
  auto held = reader_->head.query();
  held.next();
  stored_event stored;
  for (auto position : positions) {
    auto row = reader_->single.query(position);
    if (!row.next())
      throw log_error{"position " + std::to_string(position) + " is missing"};
    read_stored_event(row, stored);
    found.push_back(decode(stored));
  }
  return found;
}

std::optional<std::string> sqlite_event_log::reserved_by(domain::vm_id vm) const {
  reader_->require_sound();
  auto row = reader_->reserved.query(vm.value);
  return row.next() ? std::optional{row.text(0)} : std::nullopt;
}

std::uint64_t sqlite_event_log::head() const {
  reader_->require_sound();
  auto row = reader_->head.query();
  row.next();
  return row.natural(0);
}

std::vector<std::string> sqlite_event_log::open_sessions() const {
  reader_->require_sound();
  std::vector<std::string> open;
  for (auto row = reader_->open.query(); row.next();)
    if (session_of(row.text(0)))
      open.push_back(row.text(0));
  return open;
}

std::optional<domain::vm_id> sqlite_event_log::last_reserved() const {
  reader_->require_sound();
  auto row = reader_->vmid.query();
  row.next();
  if (row.is_null(0))
    return std::nullopt;
  return domain::vm_id{static_cast<std::uint32_t>(row.natural(0))};
}

std::optional<std::vector<recorded_event>>
sqlite_event_log::find_command(const domain::ulid& command) const {
  reader_->require_sound();
  auto row = reader_->command.query(command);
  if (!row.next())
    return std::nullopt;
  return reader::events(reader_->range, row.natural(0), row.natural(1));
}

void sqlite_event_log::release_memory() {
  reader_->db.execute("PRAGMA shrink_memory");
}

} // namespace berth::eventstore
