#include "adapters/http/request_body.hpp"

#include <boost/json/kind.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace berth::http {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 32;

problem malformed(std::string detail) {
  return {.status = 400,
          .type = "malformed-json",
          .title = "The body is not a JSON object",
          .detail = std::move(detail)};
}

} // namespace

request_body::request_body(const std::string& text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = deepest;
  auto parsed = json::parse(text, error, {}, options);
  if (error)
    malformed_ = malformed(error.message());
  else if (!parsed.is_object())
    malformed_ =
        malformed(std::string{"it is of type "} + std::string{json::to_string(parsed.kind())});
  else
    fields_ = std::move(parsed.get_object());
}

bool request_body::has(const char* name) {
  return find(name) != nullptr;
}

std::int64_t request_body::integer(const char* name, std::int64_t least, std::int64_t most) {
  if (!has(name))
    reject(name, "is required");
  return optional_integer(name, least, most).value_or(0);
}

std::optional<std::int64_t> request_body::optional_integer(const char* name, std::int64_t least,
                                                           std::int64_t most) {
  const auto* found = find(name);
  if (!found)
    return std::nullopt;
  if (found->is_int64() && found->get_int64() >= least && found->get_int64() <= most)
    return found->get_int64();
  reject(name,
         "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::string request_body::text(const char* name, std::size_t shortest, std::size_t longest) {
  if (!has(name))
    reject(name, "is required");
  return optional_text(name, shortest, longest).value_or("");
}

std::optional<std::string> request_body::optional_text(const char* name, std::size_t shortest,
                                                       std::size_t longest) {
  const auto* found = find(name);
  if (!found)
    return std::nullopt;
  if (found->is_string() && found->get_string().size() >= shortest
      && found->get_string().size() <= longest)
    return std::string{found->get_string()};
  reject(name, found->is_string() ? "must have " + std::to_string(shortest) + " to "
                                        + std::to_string(longest) + " characters"
                                  : "must be a string");
  return std::nullopt;
}

std::optional<bool> request_body::optional_flag(const char* name) {
  const auto* found = find(name);
  if (!found)
    return std::nullopt;
  if (found->is_bool())
    return found->get_bool();
  reject(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::vector<std::string>> request_body::optional_texts(const char* name) {
  const auto* found = find(name);
  if (!found)
    return std::nullopt;
  std::vector<std::string> all;
  if (found->is_array())
    for (const auto& item : found->get_array())
      if (item.is_string())
        all.emplace_back(item.get_string());
  if (found->is_array() && all.size() == found->get_array().size())
    return all;
  reject(name, "must be an array of strings");
  return std::nullopt;
}

void request_body::reject(const std::string& name, std::string why) {
  errors_.push_back({"#/" + name, std::move(why)});
}

std::optional<problem> request_body::fault() {
  if (malformed_)
    return std::move(malformed_);
  for (const auto& field : fields_)
    if (!known_.contains(std::string{field.key()}))
      reject(std::string{field.key()}, "is not a field of this request");
  if (errors_.empty())
    return std::nullopt;
  return invalid_fields(std::move(errors_));
}

const json::value* request_body::find(const char* name) {
  known_.insert(name);
  return fields_.if_contains(name);
}

} // namespace berth::http
