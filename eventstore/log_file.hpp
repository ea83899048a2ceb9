#pragma once

#include "eventstore/sqlite.hpp"

#include <filesystem>

namespace berth::eventstore {

/// Opens a log's file to write, with the settings that make commits durable, and creates its
/// tables when it is empty. `uuid` names a new log. Throws log_error when the settings do not hold
/// or the file is not ours.
database open_log_to_write(const std::filesystem::path& file, const domain::ulid& uuid);

/// Opens an existing log's file to read; never writes to it, not even when it is closed.
database open_log_to_read(const std::filesystem::path& file);

} // namespace berth::eventstore
