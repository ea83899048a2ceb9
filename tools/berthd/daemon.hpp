#pragma once

#include "tools/berthd/config.hpp"

#include <filesystem>

namespace berth::berthd {

/// Opens the log, starts the actors and the server, and serves until SIGTERM or SIGINT. A SIGHUP
/// takes the log level anew from `file`, where the settings come from. The process's exit status: 0
/// after a signal, 1 when a part of the broker died, which calls for a new start. Throws log_error,
/// config_error and boost::system::system_error when it cannot start.
int serve(const config& settings, const std::filesystem::path& file);

} // namespace berth::berthd
