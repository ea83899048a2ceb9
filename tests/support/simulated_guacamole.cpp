#include "tests/support/simulated_guacamole.hpp"

#include "adapters/guacamole/http_call.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace berth::tests {

namespace {

/// Starts a program whose standard output is the other end of what is returned.
std::FILE* start(const char* const* arguments, pid_t& process) {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  auto failed = posix_spawn(&process, arguments[0], &actions, nullptr,
                            const_cast<char* const*>(arguments), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  REQUIRE(failed == 0);
  return fdopen(ends[0], "r");
}

std::string first_line(std::FILE* from) {
  std::array<char, 4096> line{};
  const auto* read = std::fgets(line.data(), line.size(), from);
  std::fclose(from);
  REQUIRE_MESSAGE(read, "the Guacamole simulator does not start");
  return line.data();
}

std::string text(const boost::json::object& from, std::string_view key) {
  return std::string{from.at(key).get_string()};
}

} // namespace

simulated_guacamole::simulated_guacamole() {
  const auto* program = std::getenv("GUACAMOLE_SIMULATOR");
  REQUIRE_MESSAGE(program, "GUACAMOLE_SIMULATOR must name guacamole_simulator.py");
  const std::array<const char*, 4> arguments{"/usr/bin/python3", "-B", program, nullptr};
  ready_ = boost::json::parse(first_line(start(arguments.data(), process_))).as_object();
}

simulated_guacamole::~simulated_guacamole() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

guacamole::guacamole_settings
simulated_guacamole::settings(guacamole::connection_source source) const {
  return {.source = source,
          .url = text(ready_, "url"),
          .json_key = domain::secret{text(ready_, "json_key")},
          .data_source = text(ready_, "data_source"),
          .account = text(ready_, "account"),
          .password = domain::secret{text(ready_, "password")}};
}

boost::json::object simulated_guacamole::state() const {
  auto answer = guacamole::call({.method = "GET", .url = text(ready_, "control") + "/state"});
  REQUIRE(answer.has_value());
  return boost::json::parse(answer->body).as_object();
}

long simulated_guacamole::open(const domain::secret& link) const {
  const std::string before_client = "/#/client/";
  const std::string before_token = "?token=";
  const auto& url = link.reveal();
  auto client = url.find(before_client);
  auto token = url.find(before_token);
  REQUIRE(client != std::string::npos);
  REQUIRE(token != std::string::npos);
  auto id = url.substr(client + before_client.size(), token - client - before_client.size());
  auto answer =
      guacamole::call({.method = "POST",
                       .url = url.substr(0, client) + "/simulated/tunnel?client=" + id,
                       .headers = {"Guacamole-Token: " + url.substr(token + before_token.size())},
                       .body = "{}"});
  REQUIRE(answer.has_value());
  return answer->status;
}

void simulated_guacamole::end_sessions() const {
  auto answer = guacamole::call({.method = "DELETE", .url = text(ready_, "control") + "/sessions"});
  REQUIRE(answer.has_value());
  REQUIRE(answer->status == 204);
}

void simulated_guacamole::set_fault(const std::string& mode, int count) const {
  boost::json::object fault{{"mode", mode}, {"count", count}};
  auto answer = guacamole::call({.method = "POST",
                                 .url = text(ready_, "control") + "/fault",
                                 .body = boost::json::serialize(fault)});
  REQUIRE(answer.has_value());
  REQUIRE(answer->status == 200);
}

void simulated_guacamole::await_held(int calls) const {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (state().at("held").as_int64() < calls)
    REQUIRE(std::chrono::steady_clock::now() < deadline);
}

} // namespace berth::tests
