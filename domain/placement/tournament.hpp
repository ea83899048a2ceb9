#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace berth::domain {

/// What a node is to any VM: its score as a line over the VM's RAM, and the largest VM that fits.
struct contender {
  double score = std::numeric_limits<double>::infinity();  ///< with a VM of no RAM
  double per_mb = std::numeric_limits<double>::infinity(); ///< what each MiB of the VM adds
  double room_mb = -1;                                     ///< less than any VM needs: not even one
  std::uint32_t cores = 0;                                 ///< that a VM may have

  bool operator==(const contender&) const = default;
};

/// Finds the contenders with the lowest scores for a VM, and changes one, in about log2 of their
/// number steps: a tree whose inner nodes hold the best that anything below them could be, each
/// number by itself, so that whole branches are ruled out at once. The more alike neighbours are,
/// the better it does.
class tournament {
public:
  struct ranked {
    double score = 0;
    std::uint32_t contender = 0;
  };

  /// Starts anew with this many, numbered from 0.
  void reset(const std::vector<contender>& all);

  void change(std::uint32_t number, const contender& to);

  /// Up to `most` that have the room and the cores, the lowest first. Valid until the next call.
  const std::vector<ranked>& lowest(std::uint32_t ram_mb, std::uint32_t cores, std::size_t most);

private:
  struct search {
    double ram_mb;
    std::uint32_t cores;
    std::size_t most;
    double bar; ///< who is not below it is not among the lowest
  };

  double least_below(std::size_t at, const search& of) const;
  void visit(std::size_t at, double score, search& of);
  void admit(ranked one, search& of);

  std::size_t leaves_ = 0;      ///< a power of two
  std::vector<contender> tree_; ///< the root at 1, the children of i at 2i and 2i + 1
  std::vector<ranked> found_;
};

} // namespace berth::domain
