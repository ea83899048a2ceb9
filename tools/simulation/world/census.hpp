#pragma once

#include "actors/meter.hpp"
#include "domain/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>

namespace berth::simulation {

/// What one world, or many, came to.
struct census {
  std::uint64_t worlds = 0;
  double hours = 0;         ///< simulated
  std::uint64_t steps = 0;  ///< messages and events of the io thread that were handled
  std::uint64_t calls = 0;  ///< to Proxmox
  std::uint64_t events = 0; ///< in the logs
  std::uint64_t sessions = 0;
  std::uint64_t acknowledgements = 0;
  std::uint64_t refusals = 0;
  std::uint64_t restarts = 0;
  std::uint64_t activated = 0;                 ///< sessions that became active
  domain::duration slowest_start{};            ///< from a request to an active session
  std::map<std::string, std::uint64_t> faults; ///< by kind
  std::array<std::uint64_t, domain::vm_rows> rows{};

  census& operator+=(const census& more);
};

/// Counts which rows of the decision table are reached.
class row_meter final : public actors::meter {
public:
  explicit row_meter(census& to) : to_{to} {}

  void committed(std::size_t, time_taken) override {}
  void proxmox_called(std::string_view, std::string_view, time_taken) override {}
  void request_answered(std::string_view, int, time_taken) override {}
  void decided(domain::vm_row row) override { ++to_.rows[static_cast<std::size_t>(row)]; }
  void changed(actors::gauge, std::int64_t) override {}

private:
  census& to_;
};

} // namespace berth::simulation
