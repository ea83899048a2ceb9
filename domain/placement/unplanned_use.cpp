#include "domain/placement/unplanned_use.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace berth::domain {

namespace {

/// A change counts for two thirds after so long: ten measurements with half a minute in between,
/// of which one may be off by more than VMs come and go in that time.
constexpr std::chrono::seconds memory{300};

} // namespace

void unplanned_use::learn(const usage& least, const usage& most, const usage& noise,
                          duration since_last) {
  auto kept = std::exp(-std::chrono::duration<double>(since_last) / memory);
  auto follow = [kept](double before, double low, double high) {
    auto nearest = std::clamp(before, low, high);
    return nearest + (before - nearest) * kept;
  };
  auto ram = follow(is_.ram_mb, least.ram_mb, most.ram_mb);
  auto cores = follow(is_.cpu_cores, least.cpu_cores, most.cpu_cores);
  // RAM that seems to be free may be that of a VM which has not touched it yet.
  is_ = {std::max(ram, least.ram_mb - noise.ram_mb),
         std::clamp(cores, least.cpu_cores - noise.cpu_cores, most.cpu_cores + noise.cpu_cores)};
}

void unplanned_use::release(const usage& use, const usage& all) {
  auto rest = [](double is, double part, double whole) {
    return is < 0 && whole > 0 ? is * (1 - part / whole) : is;
  };
  is_ = {rest(is_.ram_mb, use.ram_mb, all.ram_mb),
         rest(is_.cpu_cores, use.cpu_cores, all.cpu_cores)};
}

} // namespace berth::domain
