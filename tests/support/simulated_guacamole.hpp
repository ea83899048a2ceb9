#pragma once

#include "adapters/guacamole/guacamole_settings.hpp"

#include <string>

#include <boost/json/object.hpp>
#include <sys/types.h>

namespace berth::tests {

/// tools/guacamole_simulator in a process of its own, as long as this object lives.
class simulated_guacamole {
public:
  /// Fails the test unless the environment's GUACAMOLE_SIMULATOR is the program.
  simulated_guacamole();
  ~simulated_guacamole();
  simulated_guacamole(const simulated_guacamole&) = delete;

  guacamole::guacamole_settings settings(guacamole::connection_source source) const;

  /// What its control endpoint shows.
  boost::json::object state() const;

  /// Opens the desktop behind a link, as a browser would: the answer's status.
  long open(const domain::secret& link) const;

  /// Forgets every token, as a restart does.
  void end_sessions() const;

  /// See `Fault` in tools/guacamole_simulator/wire.py. Ends the one before.
  void set_fault(const std::string& mode, int count = -1) const;

  /// Returns as soon as so many calls are held by the fault `slow`.
  void await_held(int calls) const;

private:
  pid_t process_ = 0;
  boost::json::object ready_;
};

} // namespace berth::tests
