#include "adapters/http/written_answers.hpp"

#include <utility>

namespace berth::http {

const api_response* written_answers::find(const std::string& key, domain::time_point now) {
  forget_others_than(now);
  auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &found->second;
}

const api_response& written_answers::keep(const std::string& key, api_response written,
                                          domain::time_point now) {
  forget_others_than(now);
  if (bytes_ + written.body.size() > most_bytes) {
    by_key_.clear();
    bytes_ = 0;
  }
  bytes_ += written.body.size();
  return by_key_.insert_or_assign(key, std::move(written)).first->second;
}

void written_answers::forget_others_than(domain::time_point now) {
  auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second == second_)
    return;
  second_ = second;
  by_key_.clear();
  bytes_ = 0;
}

} // namespace berth::http
