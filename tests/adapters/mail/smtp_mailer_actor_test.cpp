#include "adapters/mail/smtp_mailer_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/temporary_directory.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace berth;
using namespace berth::mail;

namespace {

constexpr auto now = [] {
  return domain::time_point{
      std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}.time_since_epoch()};
};

/// tests/adapters/mail/smtp_server.py, until the end of the object.
class mail_server {
public:
  explicit mail_server(std::vector<std::string> options = {}) {
    const auto* program = std::getenv("SMTP_SERVER");
    REQUIRE_MESSAGE(program, "SMTP_SERVER must name smtp_server.py");
    options.insert(options.begin(),
                   {"/usr/bin/python3", "-B", program, directory_.path().string()});
    start(options);
    ready_ = next_line();
  }
  ~mail_server() {
    std::fclose(in_); // Which ends it.
    waitpid(process_, nullptr, 0);
    std::fclose(out_);
  }
  mail_server(const mail_server&) = delete;
  mail_server& operator=(const mail_server&) = delete;

  mail_settings settings(const std::string& scheme = "smtp") const {
    return {.url = scheme + "://127.0.0.1:" + std::to_string(ready_.at("port").as_int64()),
            .ca_file = std::string{ready_.at("certificate").as_string()},
            .from = "berth@example.org",
            .to = {"ops@example.org", "night@example.org"}};
  }
  /// The next mail that was taken; waits for it.
  boost::json::object taken() { return next_line(); }

private:
  void start(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    for (const auto& argument : command)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    std::array<int, 2> to{};
    std::array<int, 2> from{};
    REQUIRE(pipe(to.data()) == 0);
    REQUIRE(pipe(from.data()) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    for (int end : {to[0], to[1], from[0], from[1]})
      posix_spawn_file_actions_addclose(&actions, end);
    auto failed =
        posix_spawn(&process_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    REQUIRE(failed == 0);
    in_ = fdopen(to[1], "w");
    out_ = fdopen(from[0], "r");
  }
  boost::json::object next_line() {
    std::string line;
    for (int c = std::fgetc(out_); c != EOF && c != '\n'; c = std::fgetc(out_))
      line += static_cast<char>(c);
    REQUIRE_MESSAGE(!line.empty(), "the mail server has ended");
    return boost::json::parse(line).as_object();
  }

  tests::temporary_directory directory_;
  pid_t process_ = -1;
  std::FILE* in_ = nullptr;
  std::FILE* out_ = nullptr;
  boost::json::object ready_;
};

/// What refused the mail; nothing when it was taken.
std::optional<std::string> send(const mail_settings& settings, const actors::send_mail& mail) {
  caf::actor_system_config configuration;
  caf::actor_system system{configuration};
  caf::scoped_actor self{system};
  auto mailer = system.spawn<caf::detached>(smtp_mailer, settings, now);
  std::optional<std::string> refused;
  self->request(mailer, caf::infinite, mail)
      .receive([](actors::mail_taken) {},
               [&](const caf::error& why) {
                 CHECK(actors::code_of(why) == actors::errc::mail_refused);
                 refused = actors::text_of(why);
               });
  self->send_exit(mailer, caf::exit_reason::user_shutdown);
  return refused;
}

const actors::send_mail usual{"Berth: session failed", "One line.\nAnother: ü.\n.\n"};

bool contains(const std::optional<std::string>& text, std::string_view part) {
  return text && text->find(part) != std::string::npos;
}

} // namespace

TEST_CASE("mailer: a mail arrives by TLS, as it was written") {
  mail_server server;
  CHECK_FALSE(send(server.settings(), usual));
  auto mail = server.taken();
  CHECK(mail.at("by_tls").as_bool());
  CHECK(mail.at("sender") == "berth@example.org");
  CHECK(mail.at("recipients") == boost::json::array{"ops@example.org", "night@example.org"});
  CHECK(mail.at("text") == "One line.\nAnother: ü.\n.\n");
  CHECK(mail.at("defects").as_array().empty());
  CHECK(mail.at("bare_ends") == 0);
  CHECK(mail.at("longest_line").as_int64() <= 78);
  const auto& headers = mail.at("headers").as_object();
  CHECK(headers.at("subject") == "Berth: session failed");
  CHECK(headers.at("from") == "Berth <berth@example.org>");
  CHECK(headers.at("to") == "ops@example.org, night@example.org");
  CHECK(headers.at("date") == "Mon, 23 Nov 2026 00:00:00 +0000");
  CHECK(headers.at("auto-submitted") == "auto-generated");
  CHECK(headers.contains("message-id"));
}

TEST_CASE("mailer: a subject in any script arrives whole") {
  mail_server server;
  std::string subject =
      "Übung № 7: 仮想マシン konnte nicht angelegt werden, und das ist noch nicht alles";
  CHECK_FALSE(send(server.settings(), {subject, "text\n"}));
  auto mail = server.taken();
  CHECK(mail.at("headers").at("subject").as_string() == subject);
}

TEST_CASE("mailer: without TLS nothing is sent, unless that is wanted") {
  mail_server server{{"--no-tls"}};
  auto settings = server.settings();
  CHECK(send(settings, usual));
  settings.require_tls = false;
  CHECK_FALSE(send(settings, usual));
  CHECK_FALSE(server.taken().at("by_tls").as_bool());
}

TEST_CASE("mailer: a server that shows no trusted certificate gets nothing") {
  mail_server server;
  auto settings = server.settings();
  settings.ca_file.clear();
  CHECK(contains(send(settings, usual), "certificate"));
}

TEST_CASE("mailer: TLS may begin with the connection") {
  mail_server server{{"--tls-from-the-start"}};
  CHECK_FALSE(send(server.settings("smtps"), usual));
  CHECK(server.taken().at("text") == "One line.\nAnother: ü.\n.\n");
}

TEST_CASE("mailer: it shows who it is where the server wants to know") {
  mail_server server{{"--account", "berth:s3cret"}};
  auto settings = server.settings();
  CHECK(contains(send(settings, usual), "530"));
  settings.user = "berth";
  settings.password = domain::secret{"wrong"};
  auto refused = send(settings, usual);
  CHECK(contains(refused, "535"));
  CHECK_FALSE(contains(refused, "wrong"));
  settings.password = domain::secret{"s3cret"};
  CHECK_FALSE(send(settings, usual));
  CHECK(server.taken().at("user") == "berth");
}

TEST_CASE("mailer: one bad address does not keep a mail from the others") {
  mail_server server{{"--stranger", "night@example.org"}};
  auto settings = server.settings();
  CHECK_FALSE(send(settings, usual));
  CHECK(server.taken().at("recipients") == boost::json::array{"ops@example.org"});
  settings.to = {"night@example.org"};
  CHECK(contains(send(settings, usual), "nobody of this name"));
}

TEST_CASE("mailer: where nobody listens it says so") {
  mail_settings settings;
  {
    mail_server server;
    settings = server.settings();
  }
  CHECK(contains(send(settings, usual), "cannot be used"));
}

TEST_CASE("mailer: settings that cannot work are found before they are used") {
  mail_settings good{
      .url = "smtp://mail.example.org:587", .from = "berth@example.org", .to = {"ops@example.org"}};
  CHECK_FALSE(fault_of(good));
  auto with = [&good](auto change) {
    auto changed = good;
    change(changed);
    return fault_of(changed);
  };
  CHECK(with([](auto& s) { s.url = "http://mail.example.org"; }));
  CHECK(with([](auto& s) { s.from = "berth"; }));
  CHECK(with([](auto& s) { s.from = "berth@example.org>\r\nRSET"; }));
  CHECK(with([](auto& s) { s.to.clear(); }));
  CHECK(with([](auto& s) { s.to.push_back("Ops <ops@example.org>"); }));
  CHECK(with([](auto& s) {
    s.user = "berth";
    s.require_tls = false;
  }));
}
