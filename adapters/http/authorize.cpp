#include "adapters/http/authorize.hpp"

namespace berth::http {

bool authorize(const actors::caller& who, action wanted, std::optional<domain::user_id> owner) {
  using enum domain::role;
  bool is_own = owner.value_or(who.id) == who.id;
  switch (wanted) {
  case action::use_account:
    return true;
  case action::launch:
    return who.held != auditor;
  case action::see_session:
    return is_own || who.held == admin || who.held == auditor;
  case action::steer_session:
  case action::open_desktop:
    return who.held == admin || (is_own && who.held == engineer);
  case action::see_all:
    return who.held == admin || who.held == auditor;
  case action::administer:
    return who.held == admin;
  }
  return false;
}

} // namespace berth::http
