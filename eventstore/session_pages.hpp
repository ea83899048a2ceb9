#pragma once

#include "eventstore/read_model.hpp"
#include "eventstore/sqlite.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace berth::eventstore {

/// Reads sessions from the read model's tables, newest first. Every combination of filters has a
/// statement of its own: one for all of them could use no index, and each list would cost a look at
/// every session there ever was.
class session_pages {
public:
  /// `tables` must outlive this.
  explicit session_pages(database& tables) : tables_{tables} {}

  std::vector<session_row> read(const session_filter& wanted);
  std::optional<session_row> find(const domain::session_id& id);

  /// The statement that such a filter leads to.
  static std::string text_of(const session_filter& wanted);

private:
  statement& prepared(std::string text);

  database& tables_;
  std::map<std::string, statement> prepared_; ///< by text: as many as filters can be combined
};

} // namespace berth::eventstore
