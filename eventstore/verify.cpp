#include "eventstore/verify.hpp"

#include "eventstore/hash_chain.hpp"
#include "eventstore/log_file.hpp"

#include <future>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace berth::eventstore {

namespace {

/// What the events so far lead to expect of the next one.
class checker {
public:
  checker(database& log, const std::optional<digest>& known_head, const std::stop_token& stop)
      : log_(log), known_head_(known_head), stop_(stop) {
    auto store = log_.prepare("SELECT uuid FROM store");
    auto row = store.query();
    if (!row.next())
      throw log_error{"the log has lost its name, which its hash chain begins with"};
    result_.head = first_link(row.blob(0));
  }

  verification run() {
    try {
      check_events();
      if (!result_.flaw)
        check_streams();
      if (!result_.flaw && known_head_ && !head_seen_)
        find("the known head is nowhere in the log: it was cut off or written anew");
    } catch (const log_error& fault) {
      find(fault.what());
    }
    return result_;
  }

private:
  struct hashed_event {
    stored_event row;
    digest leaf{};
  };
  /// Rows on their way from the disk to the checks. Their memory is used again.
  struct block {
    std::vector<hashed_event> rows = std::vector<hashed_event>(2048);
    std::size_t count = 0; ///< of them that are filled
  };

  void find(const std::string& reason) { result_.flaw = {result_.events + 1, reason}; }

  /// While a second thread checks one block, this one reads and hashes the next.
  void check_events() {
    auto all = log_.prepare(std::string{select_events} + "ORDER BY position");
    auto rows = all.query();
    block read;
    block checked;
    for (fill(read, rows); read.count > 0 && !result_.flaw;) {
      std::swap(checked, read);
      auto checking = std::async(std::launch::async, [&] { check(checked); });
      fill(read, rows);
      checking.get();
      if (stop_.stop_requested())
        throw verification_stopped{"the verification was stopped before its end"};
    }
    if (!result_.flaw && unreadable_)
      find(*unreadable_);
  }

  void fill(block& to, cursor& from) {
    to.count = 0;
    try {
      while (!unreadable_ && to.count < to.rows.size() && from.next()) {
        auto& next = to.rows[to.count];
        read_stored_event(from, next.row);
        next.leaf = leaf_of(next.row);
        ++to.count;
      }
    } catch (const log_error& fault) {
      unreadable_ = fault.what(); // A flaw only when all before it is sound.
    }
  }

  void check(const block& events) {
    try {
      for (std::size_t i = 0; i < events.count && !result_.flaw; ++i)
        check(events.rows[i]);
    } catch (const log_error& fault) {
      find(fault.what());
    }
  }

  void check(const hashed_event& hashed) {
    const auto& event = hashed.row;
    auto& version = versions_[event.stream];
    if (event.position != result_.events + 1)
      return find("position " + std::to_string(event.position) + " follows "
                  + std::to_string(result_.events));
    if (event.version != version + 1)
      return find("version " + std::to_string(event.version) + " of stream " + event.stream
                  + " follows " + std::to_string(version));
    if (event.recorded_at < last_time_)
      return find("time goes back");
    auto link = next_link(result_.head, hashed.leaf);
    if (link != event.chain)
      return find("the hash chain is broken: this event, or one before it, was changed");
    static_cast<void>(payload_of(event)); // throws when it cannot be
    version = event.version;
    last_time_ = event.recorded_at;
    result_.head = link;
    ++result_.events;
    head_seen_ = head_seen_ || link == known_head_;
  }

  void check_streams() {
    auto streams = log_.prepare("SELECT stream, version FROM streams");
    for (auto row = streams.query(); row.next();) {
      auto found = versions_.extract(row.text(0));
      if (!found || found.mapped() != row.natural(1))
        return find("stream " + row.text(0) + " should have " + std::to_string(row.natural(1))
                    + " events");
    }
    if (!versions_.empty())
      find("stream " + versions_.begin()->first + " is not in the list of streams");
  }

  database& log_;
  std::optional<digest> known_head_;
  std::stop_token stop_;
  verification result_;
  std::optional<std::string> unreadable_; ///< why reading has ended before the end of the log
  bool head_seen_ = false;
  std::int64_t last_time_ = std::numeric_limits<std::int64_t>::min();
  std::unordered_map<std::string, std::uint64_t> versions_; ///< of each stream so far
};

} // namespace

verification verify(const std::filesystem::path& log, const std::optional<digest>& known_head,
                    const std::stop_token& stop) {
  auto db = open_log_to_read(log);
  // One snapshot for all queries: the daemon may write meanwhile.
  db.execute("BEGIN");
  return checker{db, known_head, stop}.run();
}

} // namespace berth::eventstore
