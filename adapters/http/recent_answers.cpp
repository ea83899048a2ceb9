#include "adapters/http/recent_answers.hpp"

#include "eventstore/recorded_event.hpp"

#include <variant>

namespace berth::http {

void recent_answers::take(const actors::event_list& committed) {
  for (const auto& recorded : committed) {
    if (std::holds_alternative<domain::session_event>(recorded.event))
      note_change(*eventstore::session_of(recorded.stream), recorded.position);
    else if (std::holds_alternative<domain::user_event>(recorded.event))
      note_change(*eventstore::user_of(recorded.stream), recorded.position);
    head_ = std::max(head_.value_or(0), recorded.position);
  }
}

std::uint64_t recent_answers::expect(const domain::session_id& id) {
  if (!head_)
    return generation_;
  // Answers on their way now may be older than events that nobody will know of any more.
  if (sessions_.size() >= most_sessions && !sessions_.contains(id)) {
    sessions_.clear();
    ++generation_;
  }
  sessions_.try_emplace(id);
  return generation_;
}

void recent_answers::keep(const actors::session_view& answer, std::uint64_t expected) {
  auto found = sessions_.find(answer.session.id);
  if (found != sessions_.end() && expected == generation_
      && answer.position >= found->second.newest)
    found->second.known = answer;
}

void recent_answers::note_change(const domain::session_id& of, std::uint64_t position) {
  auto found = sessions_.find(of);
  if (found == sessions_.end())
    return;
  auto& [known, newest] = found->second;
  newest = std::max(newest, position);
  if (known && known->position < newest)
    known.reset();
}

const actors::session_view* recent_answers::find(const domain::session_id& id) const {
  auto found = sessions_.find(id);
  return found != sessions_.end() && found->second.known ? &*found->second.known : nullptr;
}

void recent_answers::keep(const actors::caller& answer, domain::time_point now) {
  auto newest = newest_.find(answer.id);
  if (!head_ || (newest != newest_.end() && answer.position < newest->second))
    return;
  if (credentials_.size() >= most_credentials)
    credentials_.clear();
  auto until =
      std::min(now + credential_lifetime, answer.valid_until.value_or(domain::time_point::max()));
  credentials_.insert_or_assign(answer.credential_hash, credential{answer, until});
}

const actors::caller* recent_answers::find(const actors::authenticate& shown,
                                           domain::time_point now) const {
  auto found = credentials_.find(shown.credential_hash);
  if (found == credentials_.end() || now >= found->second.until
      || found->second.who.by_cookie != shown.by_cookie)
    return nullptr;
  return &found->second.who;
}

void recent_answers::note_change(domain::user_id of, std::uint64_t position) {
  auto& newest = newest_[of];
  if (position <= newest)
    return;
  newest = position;
  std::erase_if(credentials_, [of, position](const auto& entry) {
    const auto& who = entry.second.who;
    return who.id == of && who.position < position;
  });
}

} // namespace berth::http
