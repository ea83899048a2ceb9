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
/// it does. VMs of few kinds are asked for again and again, and change one contender each: so who
/// leads for a kind is kept in order from then on, and mostly nothing need be searched.
class tournament {
public:
  struct needs {
    double ram_mb = 0;
    double cores = 0;

    bool operator==(const needs&) const = default;
  };

  /// Starts anew with these, numbered from 0.
  void reset(const std::vector<contender>& all);

  void change(std::uint32_t number, const contender& to);

  /// The numbers of up to `most` that have the room and the cores and score lowest, but for those
  /// in `excluded`; in the order of their scores. Valid until the next call.
  const std::vector<std::uint32_t>& lowest(const needs& of, std::size_t most,
                                           std::span<const std::uint32_t> excluded = {});

private:
  static constexpr std::uint32_t width = 8;
  using numbers = std::array<double, width>;

  /// Contenders, or the bests of branches; column by column, for the processor's wide registers.
  struct branch {
    branch();
    void set(std::size_t place, const contender& to);
    contender at(std::size_t place) const;
    contender best() const;

    numbers score, per_mb, room_mb, cores;
  };

  /// A contender with its score for a VM, or a branch with the lowest that one in it could have.
  struct scored {
    double score;
    std::uint32_t number;
  };

  /// Who leads for one kind of VM: in the order of their scores all who are below the bar, and
  /// some who once were.
  struct contest {
    bool is_known(std::size_t most) const;
    void note(std::uint32_t number, const contender& to);
    void keep_lowest(std::size_t most);

    needs of;
    std::vector<scored> leaders;
    /// So many more than are asked for does the next search find, because those who lead are chosen
    /// and fall behind: the more often a kind is asked for, the more searches are worth sparing.
    std::size_t spare = 4;
    double bar = -std::numeric_limits<double>::infinity();
  };

  contest& contest_for(const needs& of);
  void search(contest& by, std::size_t most);
  double bar_by_leaders(const contest& of, std::size_t most) const;
  void look_into(std::uint32_t at, contest& by);

  std::uint32_t first_leaf_ = 0;  ///< the first of the branches that hold contenders
  std::vector<branch> branches_;  ///< the root at 0, those below i from width · i + 1 on
  std::vector<scored> open_;      ///< branches that the search has yet to look into
  std::vector<contest> contests_; ///< those that were asked for last; the last is the first
  std::vector<std::uint32_t> lowest_;
};

} // namespace berth::domain
