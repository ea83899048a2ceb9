#include "adapters/passwords/password_store.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/hash_chain.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "tools/berthd/admin_account.hpp"
#include "tools/berthd/backup.hpp"
#include "tools/berthd/daemon.hpp"
#include "tools/berthd/seed.hpp"
#include "tools/berthd/sources.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>

/// How jemalloc works, which reads it when the program is loaded (jemalloc(3), "TUNING"): what is
/// free goes back to the system after a second, from a thread of its own.
extern "C" {
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";
}

namespace {

using namespace berth::berthd;

/// Each line goes to the file, readable by its owner alone, or else once to the terminal.
void hand_out(const std::vector<issued_credentials>& issued, std::string issued_credentials::*what,
              const std::string& file) {
  std::ofstream to;
  if (!file.empty())
    to.open(file, std::ios::app); // Created under the data directory's umask.
  std::ostream& out = file.empty() ? std::cout : to;
  for (const auto& one : issued)
    out << one.login << ' ' << one.*what << '\n';
  if (!out.flush())
    throw std::runtime_error{"cannot write to " + file};
}

/// Hashes and keeps passwords as the daemon does.
store_password keep_in(const std::filesystem::path& file) {
  auto store = std::make_shared<berth::passwords::password_store>(file);
  return [store](berth::domain::user_id of, const berth::domain::secret& password) {
    store->put(of, berth::passwords::hash_password(password, {}));
  };
}

int run_seed(const config& settings, const std::string& tokens_file,
             const std::string& passwords_file) {
  berth::eventstore::data_directory held{settings.data_directory};
  berth::eventstore::sqlite_event_log log{berth::eventstore::log_file_in(settings.data_directory),
                                          log_sources()};
  store_password store;
  if (!passwords_file.empty())
    store = keep_in(berth::passwords::password_file_in(settings.data_directory));
  auto report = seed(log, wall_clock(), settings.vmids, store);
  hand_out(report.issued, &issued_credentials::token, tokens_file);
  if (store)
    hand_out(report.issued, &issued_credentials::password, passwords_file);
  if (report.events == 0)
    std::cerr << "seed: everything was there already, nothing was changed\n";
  else
    std::cerr << "seed: " << report.events << " events written\n";
  return 0;
}

int run_make_admin(const config& settings, const std::string& login) {
  berth::eventstore::data_directory held{settings.data_directory};
  berth::eventstore::sqlite_event_log log{berth::eventstore::log_file_in(settings.data_directory),
                                          log_sources()};
  auto password = fresh_secret();
  make_admin(log, login, wall_clock(), berth::domain::secret{password},
             keep_in(berth::passwords::password_file_in(settings.data_directory)));
  std::cout << login << " is an admin with the password " << password << '\n';
  return 0;
}

/// Prints what an operator notes elsewhere, to find out later that nothing was cut off.
int run_backup(const config& settings, const std::string& to) {
  auto copied = back_up(settings.data_directory, to);
  std::cout << to << ": " << copied.events << " events, head "
            << berth::eventstore::to_hex(copied.head) << '\n';
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Berth: hands out VMs of a Proxmox VE cluster, and takes them back."};
  std::string file = "/etc/berth/berth.toml";
  std::string tokens_file;
  std::string passwords_file;
  app.add_option("--config", file, "settings; see berth.example.toml");
  auto* seed_command =
      app.add_subcommand("seed", "write demonstration nodes, templates, users and sessions");
  seed_command->add_option("--tokens", tokens_file, "append the new tokens to this file");
  seed_command->add_option("--passwords", passwords_file,
                           "give the users passwords, and append them to this file");
  std::string login;
  auto* admin_command = app.add_subcommand(
      "make-admin", "give somebody an admin's account and a new password, which it prints");
  admin_command->add_option("login", login, "of a new or an existing user")->required();
  std::string backup_directory;
  auto* backup_command = app.add_subcommand(
      "backup", "copy log and passwords into a new directory, also while the daemon runs");
  backup_command->add_option("directory", backup_directory, "is created")->required();
  auto* check_command = app.add_subcommand("check-config", "read the settings and stop");
  CLI11_PARSE(app, argc, argv);
  try {
    auto settings = load_config(file);
    if (*check_command) {
      std::cout << file << " is fine\n";
      return 0;
    }
    if (*backup_command)
      return run_backup(settings, backup_directory);
    if (*admin_command)
      return run_make_admin(settings, login);
    return *seed_command ? run_seed(settings, tokens_file, passwords_file) : serve(settings, file);
  } catch (const std::exception& why) {
    std::cerr << "berthd: " << why.what() << '\n';
    return 1;
  }
}
