#pragma once

#include "adapters/http/api_call.hpp"

#include <caf/error.hpp>

#include <string>
#include <vector>

namespace berth::http {

/// One field of the body that is wrong.
struct field_error {
  std::string pointer; ///< RFC 6901, as a fragment: `#/duration_minutes`
  std::string detail;
};

/// An error as RFC 9457 writes it. `type` is a path below /problems.
struct problem {
  int status = 500;
  std::string type;
  std::string title;
  std::string detail;
  std::vector<field_error> errors; ///< of a 422
  header_fields headers;
};

api_response respond(const problem& what, const api_call& to);

/// For people, who cannot read a problem: `page` tells them what it was. Whoever is not signed in
/// does that first, and is led to the page from there.
api_response send_to_page(const problem& what, const std::string& page);

problem unauthorized();
problem forbidden(std::string detail);
problem cross_site();
problem unsupported_body();
problem not_found(std::string detail);
problem invalid_fields(std::vector<field_error> errors);
problem method_not_allowed(const std::string& allowed);

/// What an actor's error means to a client.
problem problem_of(const caf::error& why);

} // namespace berth::http
