#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tools/replay/reports.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <optional>
#include <string>

namespace {

using namespace berth;

constexpr int sound = 0;
constexpr int cannot_answer = 1;
constexpr int not_sound = 2;

constexpr const char* exit_codes =
    "Only reads, also while the daemon runs.\n"
    "Exit codes: 0 answered; 1 cannot answer (no such log or session, wrong arguments); "
    "2 the log is not sound.";

constexpr const char* what_verify_finds =
    "Finds events that were changed, removed or moved, gaps, and what cannot be decoded.\n"
    "A log that was cut off at its end, or written anew by somebody who knows how, is sound in\n"
    "itself. Note the head hash where the log's writers cannot reach it, and give it with\n"
    "--expect-head later: it stays in the log for ever while the log only grows.";

struct options {
  std::filesystem::path data = "/var/lib/berth";
  std::string session;
  std::string then;
  std::string known_head;
};

/// Thrown for arguments that mean nothing.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

domain::session_id session_in(const options& given) {
  auto id = domain::parse_ulid(given.session);
  if (!id)
    throw usage_error{given.session + " is not the id of a session: 26 letters and digits"};
  return {*id};
}

eventstore::as_of moment_in(const options& given) {
  std::uint64_t position = 0;
  const auto* end = given.then.data() + given.then.size();
  if (auto read = std::from_chars(given.then.data(), end, position);
      read.ec == std::errc{} && read.ptr == end)
    return position;
  if (auto time = domain::parse_rfc3339(given.then))
    return *time;
  throw usage_error{given.then + " is neither a position nor a time such as 2026-11-23T09:00:00Z"};
}

std::optional<eventstore::digest> known_head_in(const options& given) {
  if (given.known_head.empty())
    return std::nullopt;
  auto head = eventstore::parse_digest(given.known_head);
  if (!head)
    throw usage_error{given.known_head + " is not a head hash: 64 hex digits"};
  return head;
}

int answer(const CLI::App& asked, const options& given) {
  auto file = eventstore::log_file_in(given.data);
  if (asked.got_subcommand("verify"))
    return replay::verify_log(file, known_head_in(given), std::cout) ? sound : not_sound;
  if (asked.got_subcommand("export")) {
    replay::export_log(file, std::cout);
    return sound;
  }
  auto log = eventstore::sqlite_event_log::open_read_only(file);
  if (asked.got_subcommand("list"))
    replay::list_sessions(*log, std::cout);
  else if (asked.got_subcommand("as-of"))
    replay::sessions_then(*log, moment_in(given), std::cout);
  else {
    auto report = asked.got_subcommand("show") ? replay::show_session : replay::explain_placements;
    if (!report(*log, session_in(given), std::cout))
      throw usage_error{"the log knows no session " + given.session};
  }
  return sound;
}

} // namespace

int main(int argc, char** argv) {
  options given;
  CLI::App app{"Tells from Berth's event log what happened, and why.", "berth-replay"};
  app.footer(exit_codes);
  app.add_option("--data", given.data, "the daemon's data directory")->capture_default_str();
  app.require_subcommand(1);
  app.fallthrough();
  app.add_subcommand("list", "every session: whose it was, how it ended, where it ran");
  app.add_subcommand("show", "what happened to a session, with times and delays")
      ->add_option("session", given.session, "its id")
      ->required();
  app.add_subcommand("explain", "why a session was placed where it was, and why other nodes lost")
      ->add_option("session", given.session, "its id")
      ->required();
  app.add_subcommand("as-of", "all sessions as they were then")
      ->add_option("moment", given.then, "a position, or a time such as 2026-11-23T09:00:00Z")
      ->required();
  auto* verify = app.add_subcommand("verify", "whether the log is as it was written");
  verify->add_option("--expect-head", given.known_head,
                     "a head hash noted before; the log must still contain it");
  verify->footer(what_verify_finds);
  app.add_subcommand("export", "every event, one JSON object per line");
  try {
    app.parse(argc, argv);
    return answer(app, given);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? sound : cannot_answer;
  } catch (const std::exception& fault) {
    std::cerr << "berth-replay: " << fault.what() << '\n';
    return cannot_answer;
  }
}
