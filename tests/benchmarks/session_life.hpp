#pragma once

#include "eventstore/event_log.hpp"

#include <cstdint>
#include <vector>

/// What berthd appends in the course of one ordinary session.
namespace berth::benchmarks {

/// How far a session has come.
enum class life_stage { active, closed };

/// The appends of the `number`th session of a log, in order, as its actor makes them one after the
/// other: a launch with its command, its VMID and the measurements of seven nodes, then what was
/// intended and done. Sessions of different numbers share nothing.
std::vector<eventstore::append_request> session_life(std::uint32_t number, life_stage until);

/// Events of a session that is over.
constexpr std::size_t events_per_life = 14;

/// Real time, and numbers that are the same in every run.
eventstore::log_sources benchmark_sources();

} // namespace berth::benchmarks
