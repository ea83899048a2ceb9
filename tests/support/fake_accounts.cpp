#include "tests/support/fake_accounts.hpp"

#include "actors/errors.hpp"

namespace berth::tests {

namespace {

caf::error none() {
  return actors::make_error(actors::errc::unknown, "these accounts have no users");
}

} // namespace

actors::accounts_actor::behavior_type fake_accounts(std::shared_ptr<launch_desk> desk) {
  using namespace actors;
  return {
      [desk](const authenticate& m) -> caf::result<caller> {
        auto found = desk->credentials.find(m.credential_hash);
        if (found == desk->credentials.end() || found->second.by_cookie != m.by_cookie)
          return none();
        return found->second;
      },
      [](const sign_in&) { return sign_in_answer{}; },
      [](const list_users&) { return user_list{}; },
      [](const get_user&) -> caf::result<user_view> { return none(); },
      [](const create_user&) -> caf::result<user_view> { return none(); },
      [](const change_user&) -> caf::result<user_view> { return none(); },
      [](const set_password&) -> caf::result<user_view> { return none(); },
      [desk](const admit_launch& m) -> caf::result<launch_admitted> {
        if (desk->refusal)
          return make_error(errc::quota_exceeded, *desk->refusal);
        desk->admitted.push_back(m);
        return launch_admitted{};
      },
      [desk](const withdraw_launch& m) { desk->withdrawn.push_back(m.id); },
  };
}

} // namespace berth::tests
