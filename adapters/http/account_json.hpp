#pragma once

#include "actors/accounts.hpp"

#include <boost/json/object.hpp>

#include <string>

/// People and tokens as the API shows them.
namespace berth::http {

boost::json::object user_object(const actors::user_view& user);
std::string write_user(const actors::user_view& user);
std::string write_users(const actors::user_list& list);

/// By what people name a token: the first 16 digits of its hash.
std::string token_name(const std::string& token_hash);

boost::json::object token_object(const domain::bearer_token& token);
std::string write_tokens(const domain::user& of);

} // namespace berth::http
