#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

/// A cluster in virtual time, in which policies place the same launches: reliability of placement
/// without a machine. Times are seconds, RAM is MiB.
namespace berth::study {

/// One point of the study.
struct cell {
  std::size_t nodes = 8;
  double load = 0.55; ///< share of all RAM that is in use on average, foreign load included
  bool bursts = false;
  bool unequal = false;     ///< nodes of sizes 1:2:4, with the same mean
  double foreign = 0;       ///< mean share of a node that others use: on each node 0 to twice that
  double sample_every = 30; ///< the age of a sample when the next comes
};

struct usage {
  double ram = 0;
  double cores = 0; ///< in use, not assigned

  usage operator+(const usage& more) const { return {ram + more.ram, cores + more.cores}; }
  usage operator-(const usage& less) const { return {ram - less.ram, cores - less.cores}; }
};

/// A node as it is, and as it is seen.
struct node {
  usage size;
  usage foreign;
  usage committed; ///< true: foreign, and of every VM that was placed and is not gone
  usage visible;   ///< what a measurement would show now
  usage sampled;   ///< what the last sample showed
  usage assigned;  ///< RAM and virtual cores of our VMs, as configured

  /// The load score with this in use.
  double score(const usage& used) const {
    return 0.7 * used.ram / size.ram + 0.3 * used.cores / size.cores;
  }
  /// Whether a VM may go there if this is in use: the limits that every policy obeys.
  bool may_take(const usage& used, double ram) const {
    return used.ram + ram <= size.ram && score(used) <= 0.85;
  }
};

/// One VM, decided before anybody places it.
struct launch {
  double ram = 0;
  double cores = 0; ///< that it will use
  double virtual_cores = 0;
  double at = 0;
  double started = 0; ///< the log says that it runs
  double visible = 0; ///< a measurement contains it
  double gone = 0;
};

struct event {
  enum class kind : std::uint8_t { gone, visible, started, sample, tick, arrival };
  double at = 0;
  kind what{};
  std::size_t of = 0;                  ///< the launch or the node
  double ram_noise = 1, cpu_noise = 1; ///< of a sample
};

/// All that happens to a cluster with one seed, whoever places.
struct script {
  std::vector<node> nodes;
  std::vector<launch> launches;
  std::size_t there_already = 0; ///< so many of them run when it begins, one by one on `first_on`
  std::vector<std::size_t> first_on;
  std::vector<event> events; ///< in their order
};

constexpr double hours = 4;
constexpr double warm_up = 1800; ///< seconds before anything is counted

script write_script(const cell& of, std::uint64_t seed);

/// Where the true load with the VM is least, among those that may take it.
std::optional<std::size_t> least_committed(const std::vector<node>& nodes, const launch& wanted);

/// Decides where launches go.
class policy {
public:
  virtual ~policy() = default;
  /// Nothing: refused.
  virtual std::optional<std::size_t> place(const std::vector<node>& nodes, const launch& wanted,
                                           std::size_t number) = 0;
  // What a policy may want to hear of; the numbers are those of launches and nodes.
  virtual void begin(const script&) {}
  virtual void sampled(const node&, std::size_t, double) {}
  virtual void placed(const launch&, std::size_t, std::size_t, double) {}
  virtual void started(std::size_t, double) {}
  virtual void gone(std::size_t, double) {}
};

/// What became of the cluster.
struct outcome {
  double mean = 0;  ///< of the worst node's load minus the mean
  double p99 = 0;   ///< the same
  double worst = 0; ///< the worst node's load, mean over time
  double above = 0; ///< share of all nodes' time above 85 %
  std::size_t placed = 0;
  std::size_t overcommits = 0; ///< placements with which a node has promised more RAM than it has
  std::size_t refused = 0;     ///< although the VM had room somewhere
};

outcome play(const script& all, policy& by);

} // namespace berth::study
