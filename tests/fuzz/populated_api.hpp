#pragma once

#include "adapters/http/http_facade_actor.hpp"
#include "tests/support/actor_fixture.hpp"

#include <string>

namespace berth::fuzz {

/// The real facade before actors that have two of everything and refuse nothing: what is refused,
/// the facade has refused. Tokens: berth_engineer, berth_admin, berth_auditor; the cookie of an
/// admin: a-cookie.
class populated_api {
public:
  populated_api();

  /// Ends the program when there is no answer, or when it is an error.
  http::api_response answer(const http::api_call& call);

private:
  tests::actor_fixture in_;
  http::http_facade_actor facade_;
};

} // namespace berth::fuzz
