#include "eventstore/log_file.hpp"
#include "eventstore/replay.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/verify.hpp"

#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <sqlite3.h>

#include <array>
#include <cstdlib>
#include <string>

/// Reading a whole log, named by LOG in the environment: verified, decoded and folded; and the
/// limit of both, a bare scan that computes SHA-256 of the bytes that the chain covers.
namespace {

using namespace berth::eventstore;

const char* file() {
  return std::getenv("LOG");
}

void verified(benchmark::State& state) {
  std::size_t events = 0;
  for (auto _ : state) {
    auto result = verify(file());
    if (result.flaw)
      state.SkipWithError(result.flaw->reason.c_str());
    events += result.events;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(verified)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

void folded(benchmark::State& state) {
  std::size_t events = 0;
  for (auto _ : state) {
    auto log = sqlite_event_log::open_read_only(file());
    benchmark::DoNotOptimize(sessions_as_of(*log, whole_log));
    events += log->head();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(folded)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

/// Two hashes for each row, of all its columns and of 65 bytes, as the chain has them.
void scanned_and_hashed(benchmark::State& state) {
  auto* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  auto* context = EVP_MD_CTX_new();
  std::array<unsigned char, 65> link{};
  std::string bytes;
  std::int64_t events = 0;
  for (auto _ : state) {
    auto db = open_log_to_read(file());
    sqlite3_stmt* rows = nullptr;
    sqlite3_prepare_v2(db.handle(),
                       "SELECT position, stream, version, event_id, type, schema_version, "
                       "recorded_at, command_id, correlation_id, causation_id, actor, payload, "
                       "chain FROM events ORDER BY position",
                       -1, &rows, nullptr);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      bytes.assign(1, '\0');
      for (int column = 0; column < 12; ++column) {
        if (column == 0 || column == 2 || column == 5 || column == 6) {
          auto number = sqlite3_column_int64(rows, column);
          bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
          bytes.append(8, '\0'); // its length, as in the chain
          continue;
        }
        bytes.append(8, '\0');
        if (const auto* data = sqlite3_column_blob(rows, column))
          bytes.append(static_cast<const char*>(data),
                       static_cast<std::size_t>(sqlite3_column_bytes(rows, column)));
      }
      EVP_DigestInit_ex2(context, sha256, nullptr);
      EVP_DigestUpdate(context, bytes.data(), bytes.size());
      EVP_DigestFinal_ex(context, link.data() + 33, nullptr);
      EVP_DigestInit_ex2(context, sha256, nullptr);
      EVP_DigestUpdate(context, link.data(), link.size());
      EVP_DigestFinal_ex(context, link.data() + 1, nullptr);
      ++events;
    }
    sqlite3_finalize(rows);
    benchmark::DoNotOptimize(link);
  }
  state.SetItemsProcessed(events);
  EVP_MD_CTX_free(context);
  EVP_MD_free(sha256);
}
BENCHMARK(scanned_and_hashed)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

} // namespace

BENCHMARK_MAIN();
