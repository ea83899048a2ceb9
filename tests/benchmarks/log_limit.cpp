// How many launches a second the event log takes from one thread that does nothing else: the limit
// of POST /sessions.

#include "domain/ulid.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tools/berthd/sources.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <vector>

namespace {

using namespace berth;

constexpr int nodes = 7;

/// Writes what POST /sessions writes.
class launches {
public:
  eventstore::append_request next() {
    auto now = berthd::wall_clock();
    domain::session_id id{ids_.next(now)};
    domain::vm_id vm{++last_vmid_};
    auto command = ids_.next(now);
    domain::session_requested requested{id, {1000}, {2}, ubuntu_, {}, now + std::chrono::hours{1}};
    domain::session_placed placed{1, {"pve-1"}, vm, considered_};
    return {.stream = eventstore::stream_of(id),
            .events = {domain::session_event{requested}, domain::session_event{placed}},
            .because = {"user:1000", command, command},
            .command_id = command,
            .reserves = vm};
  }

private:
  static std::vector<domain::considered_node> consider() {
    std::vector<domain::considered_node> all;
    for (int i = 1; i <= nodes; ++i)
      all.push_back({.node = {"pve-" + std::to_string(i)},
                     .why = i == 1 ? domain::verdict::chosen : domain::verdict::higher_score,
                     .measured_score = 0.012345678,
                     .score = 0.023456789,
                     .sample_age_ms = 1234,
                     .reserved_ram_mb = 4096,
                     .vms = 10,
                     .max_vms = 10'000});
    return all;
  }

  domain::ulid_source ids_{berthd::random_bits};
  std::uint32_t last_vmid_ = 10'000'000;
  domain::template_spec ubuntu_{.name = "Ubuntu 22.04",
                                .os = domain::os_type::linux,
                                .protocol = domain::desktop_protocol::vnc,
                                .source = {9001},
                                .tags = {"development"}};
  std::vector<domain::considered_node> considered_ = consider();
};

double launches_per_second(const std::string& directory, std::size_t batch, double seconds) {
  eventstore::sqlite_event_log log{eventstore::log_file_in(directory), berthd::log_sources()};
  launches source;
  std::size_t written = 0;
  auto began = std::chrono::steady_clock::now();
  double took = 0;
  while (took < seconds) {
    std::vector<eventstore::append_request> all;
    for (std::size_t i = 0; i < batch; ++i)
      all.push_back(source.next());
    for (const auto& result : log.append(all))
      if (!std::holds_alternative<eventstore::appended>(result))
        throw std::runtime_error{"the log refuses a launch"};
    written += batch;
    took = std::chrono::duration<double>{std::chrono::steady_clock::now() - began}.count();
  }
  return static_cast<double>(written) / took;
}

} // namespace

int main(int argc, char** argv) {
  std::string directory;
  std::size_t batch = 1;
  double seconds = 2;
  CLI::App app{"Appends launches to a new log as fast as it takes them; prints how many a second."};
  app.add_option("--directory", directory, "an empty one, on the disk that is meant")->required();
  app.add_option("--batch", batch, "launches of one commit");
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);
  try {
    std::printf("%.1f\n", launches_per_second(directory, batch, seconds));
  } catch (const std::exception& why) {
    std::cerr << "log_limit: " << why.what() << '\n';
    return 1;
  }
}
