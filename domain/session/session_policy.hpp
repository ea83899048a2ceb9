#pragma once

#include "domain/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>

/// The numbers of the user's specification that a session lives by.
namespace berth::domain {

using namespace std::chrono_literals;

constexpr duration shortest_lifetime = 30min;
constexpr duration longest_lifetime = 240min;
/// However often it is extended, a session ends this long after it was requested.
constexpr duration longest_total = 480min;

/// So long a repeated launch is answered with the first one's session.
constexpr duration repeat_window = 24h;

constexpr std::uint32_t provisioning_attempts = 3;
/// Waits before the second, third and fourth try of a step, and before the next attempt.
constexpr std::array<duration, 3> retry_delays{10s, 30s, 60s};
/// From the VM's start until its address must be known.
constexpr duration boot_limit = 120s;
/// A node that has been gone for this long gets no more patience: new attempts go elsewhere.
constexpr duration node_dead_after = 10min;

/// Waits between tries to take a VM down, after those of `retry_delays`.
constexpr duration teardown_retry = 5min;
/// A VM whose deletion takes longer than this is reported to the admins.
constexpr duration deletion_patience = 15min;
/// A lock without a task, seen for this long, will not go away by itself.
constexpr duration stuck_clone_after = 30s;
constexpr duration stuck_destroy_after = 5min;
/// The same of any lock that keeps a session from becoming active.
constexpr duration stuck_lock_after = 5min;

} // namespace berth::domain
