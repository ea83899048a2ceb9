#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace berth::replay {

/// Rows under a heading, each column as wide as its widest cell. Columns are counted in bytes,
/// which is right for what we print: ids, names and numbers.
class table {
public:
  explicit table(std::vector<std::string> heading) : rows_{std::move(heading)} {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  /// Each line begins with `indent`.
  void print(std::ostream& out, const std::string& indent = {}) const;

private:
  std::vector<std::vector<std::string>> rows_;
};

} // namespace berth::replay
