#pragma once

#include "adapters/guacamole/gateway_fault.hpp"
#include "adapters/guacamole/guacamole_settings.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace berth::guacamole {

/// Calls of Guacamole's REST API. Each blocks until its answer is there, ten seconds at most.
class guacamole_api {
public:
  /// `settings` must outlive it.
  explicit guacamole_api(const guacamole_settings& settings) : settings_(settings) {}

  /// The token of a new session, for a sealed document.
  gateway_result<domain::secret> sign_in_by_json(const std::string& sealed) const;

  /// The token of a new session, for an account of the database.
  gateway_result<domain::secret> sign_in(const std::string& account,
                                         const domain::secret& password) const;

  /// Ends a session and whatever is connected by it; one that has ended already is fine.
  gateway_result<void> sign_out(const domain::secret& token) const;

  /// `path` begins below the data source; `body` null: none. The answer's JSON, null when it has
  /// none. Deleting what is gone already is fine.
  gateway_result<boost::json::value> data(const domain::secret& token, const std::string& method,
                                          const std::string& path,
                                          const boost::json::value& body = {}) const;

  /// The link that opens a connection of a data source in a browser; a bearer link.
  domain::secret link_to(const std::string& connection, const std::string& data_source,
                         const domain::secret& token) const;

private:
  gateway_result<domain::secret> take_token(const domain::secret& form,
                                            const std::string& advice) const;

  const guacamole_settings& settings_;
};

} // namespace berth::guacamole
