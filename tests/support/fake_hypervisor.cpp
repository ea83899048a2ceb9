#include "tests/support/fake_hypervisor.hpp"

#include <utility>

namespace berth::tests {

namespace {

using hypervisor_pointer = fake_hypervisor_interface::stateful_pointer<fake_hypervisor_state>;

template <class Value>
void fulfil(caf::typed_response_promise<Value>& promise, caf::expected<Value> result) {
  if (result)
    promise.deliver(std::move(*result));
  else
    promise.deliver(std::move(result.error()));
}

template <class Value>
caf::result<Value> answer_with(caf::expected<Value> result) {
  if (result)
    return std::move(*result);
  return std::move(result.error());
}

void answer_looks(fake_hypervisor_state& my) {
  my.looked_at = my.cluster->now();
  for (auto& look : std::exchange(my.waiting, {}))
    fulfil(look.answer, my.cluster->look(look.at));
}

} // namespace

fake_hypervisor_interface::behavior_type fake_hypervisor(hypervisor_pointer self,
                                                         std::shared_ptr<fake_cluster> cluster) {
  self->state.cluster = std::move(cluster);
  return {
      [self](const actors::look_at_vm& m) {
        auto& my = self->state;
        auto promise = self->make_response_promise<domain::vm_sighting>();
        my.waiting.push_back({m, promise});
        if (my.waiting.size() > 1)
          return promise;
        auto next = my.looked_at ? *my.looked_at + my.cluster->pace.look : my.cluster->now();
        if (next <= my.cluster->now())
          answer_looks(my);
        else
          self->delayed_send(self, next - my.cluster->now(), look_now{});
        return promise;
      },
      [self](const actors::carry_out& m) {
        return answer_with(self->state.cluster->carry_out(m.order));
      },
      [self](const actors::sample_node& m) {
        return answer_with(self->state.cluster->sample(m.node));
      },
      [self](const actors::survey_vms& m) { return answer_with(self->state.cluster->survey(m)); },
      [self](const actors::list_volumes& m) { return answer_with(self->state.cluster->survey(m)); },
      [self](const actors::inspect_template& m) {
        return answer_with(self->state.cluster->inspect(m));
      },
      [self](const actors::inspect_node& m) {
        return answer_with(self->state.cluster->inspect(m));
      },
      [self](const actors::set_guest_password& m) {
        return answer_with(self->state.cluster->set_guest_password(m));
      },
      [self](look_now) { answer_looks(self->state); },
  };
}

} // namespace berth::tests
