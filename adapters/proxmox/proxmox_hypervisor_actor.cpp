#include "adapters/proxmox/proxmox_hypervisor_actor.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace berth::proxmox {

namespace {

using hypervisor_pointer = hypervisor_interface::stateful_pointer<hypervisor_state>;

/// The coroutines of a gateway need it to their end, which may come after the actor's.
template <class Answer>
net::awaitable<Answer> keep_alive(std::shared_ptr<vm_gateway>, net::awaitable<Answer> work) {
  co_return co_await std::move(work);
}

/// Runs `work` on the io thread; its end comes back as a message.
template <class Answer>
caf::result<Answer> run(hypervisor_pointer self, net::awaitable<pve_result<Answer>> work,
                        waiting_for<Answer>& waiting) {
  auto promise = self->template make_response_promise<Answer>();
  auto id = ++self->state.last_id;
  waiting.emplace(id, promise);
  auto gateway = self->state.gateway;
  net::asio::co_spawn(
      gateway->io(), keep_alive(gateway, std::move(work)),
      [to = caf::actor_cast<caf::weak_actor_ptr>(self), id](std::exception_ptr error,
                                                            pve_result<Answer> result) {
        if (error)
          result = pve_fault{actors::errc::outcome_unknown, "the call to Proxmox broke off"};
        if (auto alive = caf::actor_cast<caf::strong_actor_ptr>(to))
          caf::anon_send(caf::actor_cast<hypervisor_interface>(alive),
                         finished<Answer>{id, std::move(result)});
      });
  return promise;
}

template <class Answer>
void deliver(finished<Answer>& done, waiting_for<Answer>& waiting) {
  auto found = waiting.extract(done.id);
  if (found.empty())
    return;
  if (auto* fault = std::get_if<pve_fault>(&done.result))
    found.mapped().deliver(actors::make_error(fault->code, fault->text));
  else
    found.mapped().deliver(std::move(std::get<Answer>(done.result)));
}

} // namespace

hypervisor_interface::behavior_type proxmox_hypervisor(hypervisor_pointer self,
                                                       std::shared_ptr<vm_gateway> gateway) {
  self->state.gateway = std::move(gateway);
  return {
      [self](const actors::look_at_vm& m) {
        return run(self, self->state.gateway->look(m), self->state.looks);
      },
      [self](const actors::carry_out& m) {
        return run(self, self->state.gateway->carry_out(m.order), self->state.orders);
      },
      [self](const actors::sample_node& m) {
        return run(self, self->state.gateway->sample(m.node), self->state.samples);
      },
      [self](const actors::survey_vms& m) {
        return run(self, self->state.gateway->survey(m), self->state.surveys);
      },
      [self](const actors::list_volumes& m) {
        return run(self, self->state.gateway->survey(m), self->state.volumes);
      },
      [self](const actors::inspect_template& m) {
        return run(self, self->state.gateway->inspect(m), self->state.templates);
      },
      [self](const actors::inspect_node& m) {
        return run(self, self->state.gateway->inspect(m), self->state.nodes);
      },
      [self](const actors::set_guest_password& m) {
        return run(self, self->state.gateway->set_guest_password(m), self->state.passwords);
      },
      [self](look_finished& done) { deliver(done, self->state.looks); },
      [self](order_finished& done) { deliver(done, self->state.orders); },
      [self](sample_finished& done) { deliver(done, self->state.samples); },
      [self](vms_surveyed& done) { deliver(done, self->state.surveys); },
      [self](volumes_listed& done) { deliver(done, self->state.volumes); },
      [self](template_inspected& done) { deliver(done, self->state.templates); },
      [self](node_inspected& done) { deliver(done, self->state.nodes); },
      [self](password_finished& done) { deliver(done, self->state.passwords); },
  };
}

} // namespace berth::proxmox
