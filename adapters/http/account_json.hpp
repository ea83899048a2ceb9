#pragma once

#include "actors/accounts.hpp"
#include "eventstore/recorded_event.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

/// People, tokens and the audit as the API shows them.
namespace berth::http {

boost::json::object user_object(const actors::user_view& user);
std::string write_user(const actors::user_view& user);
std::string write_users(const actors::user_list& list);

/// By what people name a token: the first 16 digits of its hash.
std::string token_name(const std::string& token_hash);

boost::json::object token_object(const domain::bearer_token& token);
std::string write_tokens(const domain::user& of);

/// Events in words, the newest first. `logins` are those of all users.
std::string write_audit(const std::vector<eventstore::recorded_event>& events,
                        const std::map<std::string, std::string>& logins);

} // namespace berth::http
