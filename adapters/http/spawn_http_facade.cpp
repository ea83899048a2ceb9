#include "adapters/http/spawn_http_facade.hpp"

#include <boost/asio/post.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <utility>

namespace berth::http {

namespace {

/// So many messages the facade takes before connections have their turn: a commit answers many
/// launches at once, and a look must not wait until all of them are written.
constexpr std::size_t most_at_once = 1;

/// Resumes one actor on the thread of an io_context, all others where CAF does.
class io_thread_unit final : public caf::execution_unit {
public:
  io_thread_unit(caf::actor_system& system, net::asio::io_context& io, caf::resumable& mine)
      : execution_unit(&system), io_(io), mine_(mine) {}

  void exec_later(caf::resumable* job) override {
    if (job != &mine_)
      return system().scheduler().enqueue(job);
    net::asio::post(io_, [this] { resume(); });
  }

private:
  void resume() {
    if (mine_.resume(this, most_at_once) == caf::resumable::resume_later)
      return exec_later(&mine_);
    caf::intrusive_ptr_release(&mine_); // Which may have been the last one to it, and so to this.
  }

  net::asio::io_context& io_;
  caf::resumable& mine_;
};

class facade_on_io final : public caf::stateful_actor<facade_state, facade_interface::base> {
public:
  using super = caf::stateful_actor<facade_state, facade_interface::base>;

  facade_on_io(caf::actor_config& settings, net::asio::io_context& io, facade_collaborators with)
      : super(settings), unit_(system(), io, *this), with_(std::move(with)) {}

  void launch(caf::execution_unit*, bool is_lazy, bool is_hidden) override {
    super::launch(&unit_, is_lazy, is_hidden);
  }

  using super::enqueue;
  void enqueue(caf::mailbox_element_ptr message, caf::execution_unit*) override {
    super::enqueue(std::move(message), &unit_);
  }

protected:
  behavior_type make_behavior() override { return http_facade(this, std::move(with_)); }

private:
  io_thread_unit unit_;
  facade_collaborators with_;
};

} // namespace

http_facade_actor spawn_http_facade(caf::actor_system& system, net::asio::io_context& io,
                                    facade_collaborators with) {
  return system.spawn<facade_on_io>(io, std::move(with));
}

} // namespace berth::http
