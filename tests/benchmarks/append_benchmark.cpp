#include "actors/journal_actor.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tests/benchmarks/bare_log.hpp"
#include "tests/benchmarks/session_life.hpp"
#include "tests/support/temporary_directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>
#include <caf/event_based_actor.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <future>
#include <mutex>
#include <unistd.h>

/// Durable appends through the journal actor, and the rows that it wrote once more through SQLite
/// alone: in the same batches, one thread, a file with the same settings. Prints a JSON object.
namespace {

using namespace berth;
using namespace berth::benchmarks;
using steady = std::chrono::steady_clock;

constexpr int rounds = 5;

/// Notes how many appends each commit had.
class batch_meter final : public actors::meter {
public:
  void committed(std::size_t appends, time_taken) override { batches.push_back(appends); }
  void proxmox_called(std::string_view, std::string_view, time_taken) override {}
  void request_answered(std::string_view, int, time_taken) override {}
  void decided(domain::vm_row) override {}
  void changed(actors::gauge, std::int64_t) override {}

  std::vector<std::size_t> batches; ///< by the journal's thread alone, until it has ended
};

/// What all producers share.
struct race {
  std::uint32_t lives; ///< sessions to be told, by all of them
  std::atomic<std::uint32_t> begun = 0;
  std::mutex results;
  std::vector<double> waited_ms;
  std::promise<void> done;
  std::atomic<int> running;
};

struct producer_state {
  std::vector<eventstore::append_request> life;
  std::size_t next = 0;
  std::vector<double> waited_ms;
};

/// Appends one session after the other, each append when the one before is durable.
void produce(caf::stateful_actor<producer_state>* self, const actors::journal_actor& journal,
             const std::shared_ptr<race>& in) {
  auto& my = self->state;
  if (my.next == my.life.size()) {
    auto number = in->begun++;
    if (number >= in->lives) {
      std::lock_guard lock{in->results};
      in->waited_ms.insert(in->waited_ms.end(), my.waited_ms.begin(), my.waited_ms.end());
      if (--in->running == 0)
        in->done.set_value();
      return self->quit();
    }
    my.life = session_life(number, life_stage::closed);
    my.next = 0;
  }
  auto asked = steady::now();
  self->request(journal, caf::infinite, actors::append_events{std::move(my.life[my.next++])})
      .then(
          [self, journal, in, asked](const actors::event_page&) {
            self->state.waited_ms.push_back(
                std::chrono::duration<double, std::milli>(steady::now() - asked).count());
            produce(self, journal, in);
          },
          [](const caf::error& why) {
            fmt::print(stderr, "an append failed: {}\n", to_string(why));
            std::exit(1);
          });
}

struct outcome {
  double events_per_second;
  double p99_ms;
  std::vector<std::size_t> batches;
};

outcome through_the_journal(const std::filesystem::path& file, int producers, std::uint32_t lives) {
  auto meter = std::make_shared<batch_meter>();
  auto in = std::make_shared<race>();
  in->lives = lives;
  in->running = producers;
  double seconds = 0;
  {
    caf::actor_system_config settings;
    settings.set("scheduler.policy", caf::atom("sharing")); // as berthd has it
    settings.set("scheduler.max-threads", std::size_t{2});
    caf::actor_system system{settings};
    auto log = std::make_shared<std::unique_ptr<eventstore::event_log>>(
        std::make_unique<eventstore::sqlite_event_log>(file, benchmark_sources()));
    auto journal = system.spawn<caf::detached>(actors::journal, log, actors::vmid_range{}, meter);
    sync(); // What was written before is not to be waited for.
    auto began = steady::now();
    for (int i = 0; i < producers; ++i)
      system.spawn([journal = actors::journal_actor{journal},
                    in](caf::stateful_actor<producer_state>* self) { produce(self, journal, in); });
    in->done.get_future().wait();
    seconds = std::chrono::duration<double>(steady::now() - began).count();
    caf::anon_send_exit(journal, caf::exit_reason::user_shutdown);
  }
  auto at = in->waited_ms.begin() + static_cast<std::ptrdiff_t>(in->waited_ms.size() * 99 / 100);
  std::nth_element(in->waited_ms.begin(), at, in->waited_ms.end());
  return {lives * events_per_life / seconds, *at, std::move(meter->batches)};
}

double through_sqlite_alone(const std::filesystem::path& file, const std::vector<bare_event>& rows,
                            const std::vector<std::size_t>& batches) {
  bare_log log{file};
  sync();
  auto began = steady::now();
  log.write(rows, batches);
  return static_cast<double>(rows.size())
         / std::chrono::duration<double>(steady::now() - began).count();
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
  return values[values.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "append_benchmark PRODUCERS SESSIONS\n");
    return 2;
  }
  auto producers = std::atoi(argv[1]);
  auto lives = static_cast<std::uint32_t>(std::atoi(argv[2]));
  std::vector<double> berth, bare, p99, batch;
  for (int round = 0; round < rounds; ++round) {
    tests::temporary_directory directory;
    auto seen = through_the_journal(directory / "berth.db", producers, lives);
    bare.push_back(through_sqlite_alone(directory / "bare.db", read_bare(directory / "berth.db"),
                                        seen.batches));
    berth.push_back(seen.events_per_second);
    p99.push_back(seen.p99_ms);
    batch.push_back(static_cast<double>(lives * events_per_life)
                    / static_cast<double>(seen.batches.size()));
  }
  fmt::print(R"({{"events_per_second": {}, "bare": {}, "p99_ms": {}, "events_per_commit": {}}})"
             "\n",
             median(berth), median(bare), median(p99), median(batch));
}
