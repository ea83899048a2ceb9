#include "adapters/http/authorize.hpp"

#include <doctest/doctest.h>

using namespace berth;
using http::action;
using http::authorize;

namespace {

constexpr domain::user_id self{7};
constexpr domain::user_id other{8};

bool may(domain::role held, action wanted, domain::user_id owner = self) {
  return authorize({self, "ana", held, {}}, wanted, owner);
}

} // namespace

TEST_CASE("authorize: each role may do what its row says, to its own and to others' sessions") {
  using enum domain::role;
  struct row {
    action wanted;
    bool engineer_own, engineer_other, admin_own, admin_other, auditor_own, auditor_other;
  };
  constexpr bool yes = true;
  constexpr bool no = false;
  for (const auto& row : {row{action::see_session, yes, no, yes, yes, yes, yes},
                          row{action::steer_session, yes, no, yes, yes, no, no},
                          row{action::open_desktop, yes, no, yes, yes, no, no}}) {
    CHECK(may(engineer, row.wanted) == row.engineer_own);
    CHECK(may(engineer, row.wanted, other) == row.engineer_other);
    CHECK(may(admin, row.wanted) == row.admin_own);
    CHECK(may(admin, row.wanted, other) == row.admin_other);
    CHECK(may(auditor, row.wanted) == row.auditor_own);
    CHECK(may(auditor, row.wanted, other) == row.auditor_other);
  }
}

TEST_CASE("authorize: an auditor reads everything and changes nothing but their own account") {
  using enum domain::role;
  CHECK(may(auditor, action::see_all));
  CHECK(may(auditor, action::use_account));
  CHECK_FALSE(may(auditor, action::launch));
  CHECK_FALSE(may(auditor, action::administer));
  CHECK_FALSE(may(engineer, action::see_all));
  CHECK_FALSE(may(engineer, action::administer));
  CHECK(may(engineer, action::launch));
  CHECK(may(admin, action::launch));
  CHECK(may(admin, action::administer));
  CHECK(may(admin, action::see_all));
}
