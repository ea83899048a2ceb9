#pragma once

#include <caf/error.hpp>
#include <caf/expected.hpp>
#include <caf/sec.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace berth::http {

/// Takes the one answer to a question, on the thread of whoever gives it. When everybody has let go
/// of it who could have answered, the answer is an error.
template <class Answer>
class responder {
public:
  using taker = std::function<void(caf::expected<Answer>)>;

  explicit responder(taker to) : to_(std::move(to)) {}
  ~responder() {
    if (to_)
      to_(caf::make_error(caf::sec::request_receiver_down));
  }
  responder(const responder&) = delete;
  responder& operator=(const responder&) = delete;

  /// What comes after the first answer is dropped.
  void answer(Answer given) {
    if (auto to = std::exchange(to_, nullptr))
      to(std::move(given));
  }

private:
  taker to_;
};

template <class Answer>
using responder_ptr = std::shared_ptr<responder<Answer>>;

} // namespace berth::http
