#pragma once

#include "adapters/http/http_facade_actor.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/router.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace berth::http {

/// So long the facade waits for another actor; launches take longer.
constexpr auto patience = std::chrono::seconds{10};
constexpr auto launch_patience = std::chrono::seconds{30};
/// Whoever reads the log for an auditor may have much to read, and others to answer first.
constexpr auto audit_patience = std::chrono::seconds{60};

using facade_pointer = facade_interface::stateful_pointer<facade_state>;

/// Calls `give_up` when so long has passed, unless the question is erased before.
open_questions::iterator limit_wait(facade_pointer self, std::chrono::seconds patience_for_it,
                                    std::function<void()> give_up);

/// Gives up what has waited long enough.
void give_up_waiting(facade_pointer self, const check_patience& m);

/// One call on its way: what was asked, who asks, and where the answer goes. Moved from one
/// continuation to the next.
struct exchange {
  facade_pointer self;
  std::shared_ptr<api_call> call;
  found_route at;
  actors::caller who;
  std::string page; ///< where a person is sent instead of a problem; empty: nowhere
  responder_ptr<api_response> to;
  std::optional<open_questions::iterator> waits; ///< for an actor's answer

  domain::time_point now() const { return self->state.with.now(); }
  const facade_collaborators& with() const { return self->state.with; }

  void answer(api_response response) { to->answer(std::move(response)); }
  void answer(int status, std::string body) {
    answer(api_response{status, {}, "application/json", std::move(body), {}});
  }
  void no_content() { answer({204, {}, {}, {}, {}}); }
  void refuse(const problem& why) {
    answer(page.empty() ? respond(why, *call) : send_to_page(why, page));
  }

  static void refuse_with(exchange& x, const caf::error& why) { x.refuse(problem_of(why)); }

  /// Asks an actor, and calls `use(exchange&, answer&)`, or `otherwise(exchange&, error)`, also
  /// when there is no answer in time. The exchange goes along: nothing is left of this one.
  template <class Answer, class Actor, class Message, class Use>
  void ask(const Actor& whom, Message message, Use use,
           std::chrono::seconds patience_for_it = patience,
           void (*otherwise)(exchange&, const caf::error&) = refuse_with) {
    auto from = self;
    auto asked = std::make_shared<exchange>(std::move(*this));
    asked->waits = limit_wait(from, patience_for_it, [asked, otherwise] {
      asked->waits.reset();
      otherwise(*asked, make_error(caf::sec::request_timeout));
    });
    from->request(whom, caf::infinite, std::move(message))
        .then(
            [asked, use = std::move(use)](Answer& got) mutable {
              if (!asked->end_wait())
                return;
              use(*asked, got);
            },
            [asked, otherwise](const caf::error& why) {
              if (asked->end_wait())
                otherwise(*asked, why);
            });
  }

  /// False when it has been given up.
  bool end_wait() {
    if (!waits)
      return false;
    self->state.unanswered.erase(*std::exchange(waits, std::nullopt));
    return true;
  }
};

/// The value of a query parameter, decoded; nothing when it is missing.
std::optional<std::string> query_parameter(const api_call& call, std::string_view name);

/// A whole number of the query, `otherwise` when it is missing. Refuses, and gives nothing, when it
/// is none from `least` to `most`.
std::optional<std::uint64_t> read_number(exchange& x, const char* name, std::uint64_t otherwise,
                                         std::uint64_t least, std::uint64_t most);

/// Refuses query parameters that are none of `known`; says whether it did.
bool refuses_query(exchange& x, std::initializer_list<std::string_view> known);

/// Answers with a body and its entity tag; 304 when the client has it already.
void answer_tagged(exchange& x, const std::string& tag, std::string body);

/// The version that If-Match names. Refuses, and gives nothing, when it is no tag of ours.
struct precondition {
  std::optional<std::uint64_t> version; ///< nothing: any will do
};
std::optional<precondition> read_if_match(exchange& x);

/// `"7"`: the entity tag of version 7.
std::string version_tag(std::uint64_t version);

} // namespace berth::http
