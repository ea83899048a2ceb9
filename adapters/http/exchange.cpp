#include "adapters/http/exchange.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace berth::http {

open_questions::iterator limit_wait(facade_pointer self, std::chrono::seconds patience_for_it,
                                    std::function<void()> give_up) {
  auto& my = self->state;
  auto end = self->clock().now() + patience_for_it;
  if (!my.patience_ends || end < *my.patience_ends) {
    my.patience_ends = end;
    self->delayed_send(self, patience_for_it, check_patience{end});
  }
  return my.unanswered.emplace(end, std::move(give_up));
}

void give_up_waiting(facade_pointer self, const check_patience& m) {
  auto& my = self->state;
  if (m.of != my.patience_ends)
    return; // Another was set for earlier.
  my.patience_ends.reset();
  auto now = self->clock().now();
  while (!my.unanswered.empty() && my.unanswered.begin()->first <= now)
    my.unanswered.extract(my.unanswered.begin()).mapped()();
  if (my.unanswered.empty())
    return;
  my.patience_ends = my.unanswered.begin()->first;
  self->delayed_send(self, *my.patience_ends - now, check_patience{*my.patience_ends});
}

std::optional<std::string> query_parameter(const api_call& call, std::string_view name) {
  auto parsed = boost::urls::parse_origin_form(call.target);
  if (!parsed)
    return std::nullopt;
  for (const auto& parameter : parsed->params())
    if (parameter.key == name)
      return std::string{parameter.value};
  return std::nullopt;
}

std::optional<std::uint64_t> read_number(exchange& x, const char* name, std::uint64_t otherwise,
                                         std::uint64_t least, std::uint64_t most) {
  auto text = query_parameter(*x.call, name);
  if (!text)
    return otherwise;
  std::uint64_t number = 0;
  auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec == std::errc{} && read.ptr == text->data() + text->size() && number >= least
      && number <= most)
    return number;
  x.refuse(invalid_fields(
      {{std::string{"#/"} + name,
        "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most)}}));
  return std::nullopt;
}

bool refuses_query(exchange& x, std::initializer_list<std::string_view> known) {
  auto parsed = boost::urls::parse_origin_form(x.call->target);
  std::vector<field_error> errors;
  if (!parsed)
    errors.push_back({"#", "the query cannot be read"});
  else
    for (const auto& parameter : parsed->encoded_params())
      if (std::ranges::find(known, parameter.key.decode()) == known.end())
        // Left encoded: it may stand for anything, and so a pointer in a fragment is written.
        errors.push_back({"#/" + std::string{parameter.key}, "is not a parameter of this request"});
  if (errors.empty())
    return false;
  x.refuse(invalid_fields(std::move(errors)));
  return true;
}

std::string version_tag(std::uint64_t version) {
  return '"' + std::to_string(version) + '"';
}

void answer_tagged(exchange& x, const std::string& tag, std::string body) {
  header_fields headers{{"ETag", tag}};
  if (x.call->if_none_match == tag)
    return x.answer({304, std::move(headers), {}, {}, {}});
  x.answer({200, std::move(headers), "application/json", std::move(body), {}});
}

std::optional<precondition> read_if_match(exchange& x) {
  const auto& tag = x.call->if_match;
  if (tag.empty() || tag == "*")
    return precondition{};
  std::uint64_t version = 0;
  auto read = std::from_chars(tag.data() + 1, tag.data() + tag.size(), version);
  if (tag.front() == '"' && read.ec == std::errc{} && tag == version_tag(version))
    return precondition{version};
  x.refuse({.status = 412,
            .type = "precondition-failed",
            .title = "It has changed meanwhile",
            .detail = "If-Match names no version of this"});
  return std::nullopt;
}

} // namespace berth::http
