#include "actors/errors.hpp"

#include <caf/atom.hpp>
#include <caf/make_message.hpp>
#include <caf/to_string.hpp>

namespace berth::actors {

namespace {

constexpr auto category = caf::atom("berth");

errc code_of_refusal(domain::refusal_code code) {
  switch (code) {
  case domain::refusal_code::invalid:
    return errc::invalid;
  case domain::refusal_code::not_in_this_state:
    return errc::not_in_this_state;
  case domain::refusal_code::no_capacity:
    return errc::no_capacity;
  case domain::refusal_code::unknown:
    return errc::unknown;
  }
  return errc::invalid;
}

} // namespace

std::string_view to_string(errc code) {
  constexpr std::string_view names[] = {"none",
                                        "invalid",
                                        "not_in_this_state",
                                        "no_capacity",
                                        "unknown",
                                        "transient",
                                        "capacity",
                                        "permanent",
                                        "cluster_unavailable",
                                        "outcome_unknown",
                                        "not_ours",
                                        "log_refused",
                                        "log_failed",
                                        "busy",
                                        "quota_exceeded",
                                        "in_progress",
                                        "key_reused",
                                        "changed_meanwhile",
                                        "wrong_password",
                                        "not_configured",
                                        "gateway_unavailable",
                                        "mail_refused"};
  return names[static_cast<std::size_t>(code)];
}

caf::error make_error(errc code, std::string text) {
  return {static_cast<std::uint8_t>(code), category, caf::make_message(std::move(text))};
}

caf::error make_error(const domain::refusal& why) {
  return make_error(code_of_refusal(why.code), why.detail);
}

std::optional<errc> code_of(const caf::error& why) {
  if (!why || why.category() != category)
    return std::nullopt;
  return static_cast<errc>(why.code());
}

std::string text_of(const caf::error& why) {
  if (code_of(why) && why.context().match_elements<std::string>())
    return why.context().get_as<std::string>(0);
  return caf::to_string(why);
}

} // namespace berth::actors
