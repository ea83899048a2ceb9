#pragma once

#include "actors/messages.hpp"
#include "actors/protocol.hpp"
#include "tools/simulation/disk.hpp"
#include "tools/simulation/prompt_hypervisor.hpp"
#include "tools/simulation/virtual_actors.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/event_based_actor.hpp>
#include <caf/expected.hpp>

namespace berth::simulation {

/// What ends with a process that dies.
enum class death {
  of_process, ///< it alone: what it wrote is there, synced or not
  of_machine, ///< the power fails, and keeps nothing that was not synced
};

/// A broker whose log and read model are on a simulated disk, in virtual time: journal, directory
/// and sessions, over a prompt cluster. One process follows the other: when a vital part dies, or
/// the files cannot be opened, the process ends and the next one begins half a minute later.
class broker_on_disk {
public:
  /// The seed decides the order in which actors run, and all that is random.
  broker_on_disk(std::uint64_t seed, disk_hook hook, death dies_as);

  /// Lets time pass until `done` or until `limit` is over; says which.
  bool run_until(const std::function<bool()>& done, domain::duration limit);

  /// What is answered within a minute; nothing when that is an error, or the process died.
  template <class Message>
  std::optional<actors::session_view> ask(const Message& message) {
    return ask<actors::session_view>(supervisor_, message);
  }
  std::optional<actors::session_list> ask(const actors::list_sessions& message) {
    return ask<actors::session_list>(directory_, message);
  }

  /// The process ends in order.
  void stop();

  /// Every event that a follower of the log was shown, by position.
  const std::map<std::uint64_t, eventstore::recorded_event>& shown() const { return shown_; }

  std::uint64_t starts() const { return starts_; } ///< of processes
  const prompt_cluster& cluster() const { return *cluster_; }

  /// Looks at what a loss of power would leave at worst, now that the process has ended.
  std::optional<std::string> fault_of_remains() const;

  /// What went wrong so far that must never happen.
  const std::optional<std::string>& complaint() const { return complaint_; }

private:
  template <class Answer, class Handle, class Message>
  std::optional<Answer> ask(const Handle& whom, const Message& message) {
    if (!is_running())
      return std::nullopt;
    auto answer = std::make_shared<std::optional<Answer>>();
    auto is_over = std::make_shared<bool>(false);
    actors_.spawn([to = whom, message, answer, is_over](caf::event_based_actor* self) {
      self->request(to, caf::infinite, message)
          .then(
              [answer, is_over](Answer& value) {
                *answer = std::move(value);
                *is_over = true;
              },
              [is_over](const caf::error&) { *is_over = true; });
    });
    run_until([&] { return *is_over; }, std::chrono::minutes{1});
    return *answer;
  }

  bool is_running() const { return !parts_.empty() && !has_died_; }
  void start();
  void spawn_parts(std::unique_ptr<eventstore::event_log> log,
                   std::unique_ptr<eventstore::read_model> model);
  void follow(const actors::journal_actor& journal);
  void end_process();
  void show(const eventstore::recorded_event& event);
  void require_intent(const domain::vm_order& order);
  void complain(std::string what);

  simulated_disk disk_;
  death dies_as_;
  std::shared_ptr<prompt_cluster> cluster_ = std::make_shared<prompt_cluster>();
  std::map<std::uint64_t, eventstore::recorded_event> shown_;
  std::optional<std::string> complaint_;
  std::uint64_t starts_ = 0;
  bool has_died_ = false; ///< some part of the present process
  virtual_actors actors_; ///< ends before what its actors use
  actors::session_directory_actor directory_;
  actors::session_supervisor_actor supervisor_;
  std::vector<caf::actor> parts_; ///< of the present process; none when it could not start
};

} // namespace berth::simulation
