#pragma once

#include <caf/error.hpp>
#include <caf/expected.hpp>
#include <caf/sec.hpp>

#include <memory>
#include <utility>

namespace berth::http {

/// Takes the one answer to a question, on the thread of whoever gives it. When everybody has let go
/// of it who could have answered, the answer is an error.
template <class Answer>
class responder {
public:
  responder() = default;
  virtual ~responder() = default;
  responder(const responder&) = delete;
  responder& operator=(const responder&) = delete;

  /// What comes after the first answer is dropped.
  void answer(Answer given) {
    if (!std::exchange(is_answered_, true))
      take(std::move(given));
  }

protected:
  virtual void take(caf::expected<Answer> answer) = 0;
  bool is_answered() const { return is_answered_; }

private:
  bool is_answered_ = false;
};

template <class Answer>
using responder_ptr = std::shared_ptr<responder<Answer>>;

/// Calls `use` with what it takes.
template <class Answer, class Use>
responder_ptr<Answer> make_responder(Use use) {
  class calling final : public responder<Answer> {
  public:
    explicit calling(Use use) : use_(std::move(use)) {}
    ~calling() override {
      if (!this->is_answered())
        use_(caf::make_error(caf::sec::request_receiver_down));
    }

  private:
    void take(caf::expected<Answer> answer) override { use_(std::move(answer)); }

    Use use_;
  };
  return std::make_shared<calling>(std::move(use));
}

} // namespace berth::http
