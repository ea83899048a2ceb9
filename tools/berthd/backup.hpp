#pragma once

#include "eventstore/verify.hpp"

#include <filesystem>

namespace berth::berthd {

/// Copies the log and the passwords into the new directory `to`, and verifies the copied log. The
/// daemon may run meanwhile: the copies are as of one moment each, the log's being the later one.
/// The read model is not copied, because it is folded from the log. Throws eventstore::log_error,
/// with nothing left at `to`, when the directory exists, when a copy fails or when the copied log
/// is not sound.
eventstore::verification back_up(const std::filesystem::path& data_directory,
                                 const std::filesystem::path& to);

} // namespace berth::berthd
