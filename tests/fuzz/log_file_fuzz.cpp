#include "eventstore/replay.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/stored_event.hpp"
#include "eventstore/verify.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/event_samples.hpp"
#include "tests/support/temporary_directory.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace berth;
using namespace berth::eventstore;
using fuzz::require;

namespace {

namespace fs = std::filesystem;

/// A log of a few sessions as berthd has left it, and the directory where inputs change it.
class sound_log {
public:
  sound_log() {
    {
      sqlite_event_log log{file, outside_.sources()};
      for (std::uint8_t n = 1; n <= 4; ++n) {
        auto id = tests::nth_session(n);
        tests::must_append(log, tests::to_session(id, 0, tests::until_active()));
        tests::must_append(log, {.stream = stream_of(domain::node_name{"pve-" + std::to_string(n)}),
                                 .events = {domain::node_event{domain::node_registered{
                                     {"pve-" + std::to_string(n)}, "host", 50}}},
                                 .because = {"user:1", tests::request_one, {}},
                                 .reserves = domain::vm_id{100u + n}});
      }
      main_ = contents(file);
      log_ = contents(write_ahead_log());
    }
    head = verify(file).head;
    rows = read_rows();
  }

  /// Writes the log anew with the changes that an input tells: where, how many bytes, and the
  /// bytes. No bytes: it ends there. The write-ahead log follows the file itself.
  void write_changed(const std::uint8_t* data, std::size_t size) {
    auto main = main_;
    auto log = log_;
    while (size >= 4) {
      auto at = std::size_t{data[0]} | std::size_t{data[1]} << 8 | std::size_t{data[2]} << 16;
      auto count = std::min<std::size_t>(data[3], size - 4);
      at %= main_.size() + log_.size();
      auto& changed = at < main_.size() ? main : log;
      change(changed, at < main_.size() ? at : at - main_.size(), {data + 4, count});
      data += 4 + count;
      size -= 4 + count;
    }
    fs::remove(file.string() + "-shm");
    write(file, main);
    write(write_ahead_log(), log);
  }

  /// Every column of every row that is under the hash, by position.
  std::vector<std::string> read_rows() const {
    database db{file, SQLITE_OPEN_READONLY};
    auto all = db.prepare(std::string{select_events} + "ORDER BY position");
    std::vector<std::string> read;
    for (auto row = all.query(); row.next();)
      for (int column = 0; column < 13; ++column)
        read.push_back(row.text(column));
    return read;
  }

  log_sources sources() { return outside_.sources(); }

  tests::temporary_directory directory;
  fs::path file = directory / "log.db";
  digest head{};
  std::vector<std::string> rows;

private:
  using bytes = std::vector<char>;

  fs::path write_ahead_log() const { return file.string() + "-wal"; }

  static bytes contents(const fs::path& of) {
    std::ifstream from{of, std::ios::binary};
    return {std::istreambuf_iterator<char>{from}, {}};
  }
  static void write(const fs::path& to, const bytes& all) {
    std::ofstream{to, std::ios::binary | std::ios::trunc}.write(
        all.data(), static_cast<std::streamsize>(all.size()));
  }
  static void change(bytes& in, std::size_t at, std::span<const std::uint8_t> to) {
    if (at >= in.size())
      return;
    if (to.empty())
      return in.resize(at);
    std::copy_n(to.begin(), std::min(to.size(), in.size() - at),
                in.begin() + static_cast<std::ptrdiff_t>(at));
  }

  tests::test_sources outside_;
  bytes main_;
  bytes log_;
};

/// A damaged log is refused in words, by whatever notices it first.
template <class Use>
bool succeeds(Use use) {
  try {
    use();
    return true;
  } catch (const log_error& refused) {
    require(*refused.what() != '\0', "a refusal has a reason");
  } catch (const domain::corrupt_history& refused) {
    require(*refused.what() != '\0', "a refusal has a reason");
  }
  return false;
}

bool is_sound(const sound_log& log) {
  bool sound = false;
  succeeds([&] {
    auto found = verify(log.file, log.head);
    require(!found.flaw || !found.flaw->reason.empty(), "a flaw has a reason");
    sound = !found.flaw;
  });
  return sound;
}

void read_all(const fs::path& file) {
  auto log = sqlite_event_log::open_read_only(file);
  log->find_events({}, INT64_MAX, 10);
  log->open_sessions();
  log->last_reserved();
  log->read_stream(stream_of(tests::own));
  sessions_as_of(*log, whole_log);
}

void write_one(sound_log& to) {
  sqlite_event_log log{to.file, to.sources()};
  tests::append_one(log, tests::to_session(tests::heir, 0, tests::until_placing()));
}

} // namespace

/// Changes of a log's bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static sound_log log;
  log.write_changed(data, size);
  bool sound = is_sound(log);
  if (sound)
    require(log.read_rows() == log.rows, "a log that is sound up to its head holds what it held");
  bool can_be_read = succeeds([] { read_all(log.file); });
  require(can_be_read || !sound || size > 0, "the log itself can be read");
  succeeds([] { write_one(log); });
  return 0;
}
