#pragma once

#include "tools/berthd/config.hpp"

namespace berth::berthd {

/// Opens the log, starts the actors and the server, and serves until SIGTERM or SIGINT. The
/// process's exit status: 0 after a signal, 1 when a part of the broker died, which calls for a new
/// start. Throws log_error, config_error and boost::system::system_error when it cannot start.
int serve(const config& settings);

} // namespace berth::berthd
