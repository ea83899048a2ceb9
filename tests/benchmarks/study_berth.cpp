#include "tests/benchmarks/study_policies.hpp"

#include "domain/placement/placement_desk.hpp"

#include <string>

/// The production's own placement, told of the study's world as the scheduler is of the real one:
/// by samples, and by the events of the log.
namespace berth::study {

namespace {

using namespace domain;

constexpr time_point epoch{std::chrono::hours{490'000}};

time_point time_of(double seconds) {
  return epoch + std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

node_name name_of(std::size_t number) {
  return {"pve-" + std::to_string(number)};
}

session_id session_of(std::size_t number) {
  session_id id{};
  for (std::size_t i = 0; i < sizeof number; ++i)
    id.value.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
  return id;
}

vm_id vm_of(std::size_t number) {
  return {static_cast<std::uint32_t>(number + 1)};
}

class berth_policy : public policy {
public:
  explicit berth_policy(std::uint64_t seed) : random_{seed} {}

  void begin(const script& all) override {
    for (std::size_t i = 0; i < all.nodes.size(); ++i)
      desk_.change({.name = name_of(i), .hostname = {}, .max_vms = 1000});
  }

  void sampled(const node& of, std::size_t number, double at) override {
    node_sample sample{.node = name_of(number), .online = true};
    sample.cpu = of.sampled.cores / of.size.cores;
    sample.cores = static_cast<std::uint32_t>(of.size.cores);
    sample.ram_used_mb = static_cast<std::uint64_t>(of.sampled.ram);
    sample.ram_total_mb = static_cast<std::uint64_t>(of.size.ram);
    sample.sampled_at = time_of(at);
    desk_.measure(sample);
  }

  std::optional<std::size_t> place(const std::vector<node>&, const launch& wanted,
                                   std::size_t number) override {
    placement_request request{.ram_mb = static_cast<std::uint32_t>(wanted.ram),
                              .cpu_cores = static_cast<std::uint32_t>(wanted.virtual_cores)};
    auto decision =
        desk_.place(session_of(number), request, time_of(wanted.at), [this] { return random_(); });
    if (!decision.node)
      return {};
    return std::stoul(decision.node->value.substr(4));
  }

  void placed(const launch& what, std::size_t number, std::size_t on, double at) override {
    session_requested asked{.id = session_of(number)};
    asked.from.ram_mb = static_cast<std::uint32_t>(what.ram);
    asked.from.cpu_cores = static_cast<std::uint32_t>(what.virtual_cores);
    tell(number, asked, at);
    tell(number, session_placed{1, name_of(on), vm_of(number), {}}, at);
  }

  void started(std::size_t number, double at) override {
    tell(number, vm_started{vm_of(number), {}}, at);
  }

  void gone(std::size_t number, double at) override {
    tell(number, vm_deleted{vm_of(number)}, at);
    tell(number, session_closed{}, at);
  }

private:
  void tell(std::size_t number, const session_event& happened, double at) {
    desk_.apply(session_of(number), happened, time_of(at));
  }

  placement_desk desk_;
  std::mt19937_64 random_;
};

} // namespace

std::unique_ptr<policy> make_berth(std::uint64_t seed) {
  return std::make_unique<berth_policy>(seed);
}

} // namespace berth::study
