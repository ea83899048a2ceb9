#pragma once

#include "domain/session/vm_row.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace berth::actors {

/// What goes up and down, and is seen by one part alone.
enum class gauge : std::uint8_t {
  pending_appends,    ///< taken by the journal and not answered yet
  requests_in_flight, ///< of the API, not answered yet
  connections,        ///< open to the API
  event_streams,      ///< open to the API, among the connections
};

/// PORT through which parts report what only they see; everything else is in the log. Safe from any
/// thread, never blocks on anything slow. Implemented by adapters/metrics.
class meter {
public:
  using time_taken = std::chrono::nanoseconds;

  virtual ~meter() = default;

  /// One commit of so many appends, successful or not.
  virtual void committed(std::size_t appends, time_taken took) = 0;

  /// One call that was made to Proxmox. `route` is a template, such as `GET
  /// /nodes/{node}/qemu/{vmid}/config`; `outcome` is `ok`, the class of another status (`4xx`), or
  /// why there was no answer.
  virtual void proxmox_called(std::string_view route, std::string_view outcome,
                              time_taken took) = 0;

  /// One answer of the API. `route` is the pattern that matched, never the path.
  virtual void request_answered(std::string_view route, int status, time_taken took) = 0;

  /// One look at a session's VM led to this row of the decision table.
  virtual void decided(domain::vm_row row) = 0;

  /// `by` more of something, or fewer. Whoever adds must take away as much.
  virtual void changed(gauge what, std::int64_t by) = 0;
};

/// Counts nothing.
std::shared_ptr<meter> silent_meter();

} // namespace berth::actors
