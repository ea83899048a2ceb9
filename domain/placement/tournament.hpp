#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace berth::domain {

/// What a node is to any VM: its score as a line over the VM's RAM, and the largest VM that fits.
struct contender {
  double score = std::numeric_limits<double>::infinity();  ///< with a VM of no RAM
  double per_mb = std::numeric_limits<double>::infinity(); ///< what each MiB of the VM adds
  double room_mb = -1;                                     ///< less than any VM needs: not even one
  double cores = 0;                                        ///< that a VM may have

  bool operator==(const contender&) const = default;
};

/// Finds the contenders with the lowest scores for a VM, and changes one, in about log(number)
/// steps: a tree that knows of every branch the best that anything in it could be, each number by
/// itself, so that whole branches are ruled out at once. The more alike neighbours are, the better
/// it does.
class tournament {
public:
  struct needs {
    double ram_mb = 0;
    double cores = 0;
  };

  /// Starts anew with these, numbered from 0.
  void reset(const std::vector<contender>& all);

  void change(std::uint32_t number, const contender& to);

  /// The numbers of up to `most` that have the room and the cores and score lowest, but for those
  /// in `excluded`; in no order. Valid until the next call.
  const std::vector<std::uint32_t>& lowest(const needs& of, std::size_t most,
                                           std::span<const std::uint32_t> excluded = {});

private:
  static constexpr std::size_t width = 8;
  using numbers = std::array<double, width>;

  /// Contenders, or the bests of branches; column by column, for the processor's wide registers.
  struct branch {
    branch();
    void set(std::size_t place, const contender& to);
    contender at(std::size_t place) const;
    contender best() const;

    numbers score, per_mb, room_mb, cores;
  };

  struct search {
    needs of;
    std::size_t most;
    std::span<const std::uint32_t> excluded;
    double bar = std::numeric_limits<double>::infinity(); ///< who is not below it is not wanted
    std::size_t worst = 0; ///< of those that are found, once they are as many as are wanted
  };

  double bar_from_last_search(const search& by) const;
  void visit(std::size_t at, search& by);
  void visit_best_first(std::size_t first, const numbers& least, std::uint32_t below, search& by);
  void admit(std::uint32_t number, double score, search& by);

  std::size_t first_leaf_ = 0;   ///< the first of the branches that hold contenders
  std::vector<branch> branches_; ///< the root at 0, those below i from width · i + 1 on
  // What the search under way, or the last one, found.
  std::vector<std::uint32_t> found_;
  std::vector<double> scores_;
};

} // namespace berth::domain
