#include "actors/session_directory_actor.hpp"

#include "actors/errors.hpp"
#include "actors/log_follower.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace berth::actors {

namespace {

using directory_pointer = directory_interface::stateful_pointer<session_directory_state>;
using waiting_reader = session_directory_state::waiting_reader;

constexpr auto longest_wait = std::chrono::seconds{5};

/// Answers everybody who waits and `is_due`.
template <class IsDue>
void answer_waiting(session_directory_state& my, const IsDue& is_due) {
  auto due = std::stable_partition(my.waiting.begin(), my.waiting.end(),
                                   [&is_due](const waiting_reader& w) { return !is_due(w); });
  for (auto w = due; w != my.waiting.end(); ++w)
    w->answer(*my.model);
  my.waiting.erase(due, my.waiting.end());
}

void take(session_directory_state& my, const event_page& page) {
  my.model->apply(page.events);
  auto position = my.model->position();
  answer_waiting(my, [position](const waiting_reader& w) { return w.at_least <= position; });
}

/// Reads as soon as the model contains `at_least`.
template <class Answer>
caf::result<Answer> read_at(directory_pointer self, std::uint64_t at_least,
                            std::function<Answer(const eventstore::read_model&)> read) {
  auto& my = self->state;
  if (at_least <= my.model->position())
    return read(*my.model);
  auto promise = self->make_response_promise<Answer>();
  auto answer = [read = std::move(read), promise](const eventstore::read_model& model) mutable {
    promise.deliver(read(model));
  };
  my.waiting.push_back({my.next_ticket, at_least, std::move(answer)});
  self->delayed_send(self, longest_wait, answer_anyway{my.next_ticket++});
  return promise;
}

session_list rows_of(const eventstore::read_model& model,
                     const std::vector<domain::session_id>& ids) {
  session_list found{{}, model.position()};
  for (const auto& id : ids)
    if (auto row = model.session(id))
      found.sessions.push_back(std::move(*row));
  return found;
}

template_list active_templates(const eventstore::read_model& model) {
  template_list active{model.templates()};
  std::erase_if(active.templates, [](const auto& row) { return !row.is.is_active; });
  return active;
}

} // namespace

directory_interface::behavior_type
session_directory(directory_pointer self,
                  std::shared_ptr<std::unique_ptr<eventstore::read_model>> model,
                  const journal_actor& journal) {
  auto& my = self->state;
  my.model = std::move(*model);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(journal_has_ended()); });
  self->set_exception_handler([](std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& fault) {
      return make_error(errc::log_failed, fault.what());
    }
  });
  follow_log(self, journal, {my.model->position()},
             [self](const event_page& page) { take(self->state, page); });
  return {
      [self](const list_sessions& m) {
        return read_at<session_list>(
            self, m.at_least, [wanted = m.wanted](const eventstore::read_model& model) {
              return session_list{model.sessions(wanted), model.position()};
            });
      },
      [self](const find_sessions& m) {
        return read_at<session_list>(
            self, m.at_least,
            [ids = m.ids](const eventstore::read_model& model) { return rows_of(model, ids); });
      },
      [self](const list_templates& m) {
        return read_at<template_list>(self, m.at_least, active_templates);
      },
      [self](const find_kept_session& m) {
        return read_at<kept_session>(self, m.at_least, [m](const eventstore::read_model& model) {
          return kept_session{model.kept_session(m.owner, m.from_template)};
        });
      },
      [self](const list_nodes& m) {
        return read_at<node_list>(self, m.at_least, [](const eventstore::read_model& model) {
          return node_list{model.nodes()};
        });
      },
      [self](const answer_anyway& m) {
        answer_waiting(self->state, [&m](const waiting_reader& w) { return w.ticket == m.ticket; });
      },
  };
}

} // namespace berth::actors
