#include "tools/berthd/parts.hpp"

#include "actors/alert_actor.hpp"
#include "actors/audit_actor.hpp"
#include "actors/broker_system.hpp"
#include "actors/desktop_actor.hpp"
#include "actors/errors.hpp"
#include "adapters/guacamole/guacamole_gateway_actor.hpp"
#include "adapters/http/spawn_http_facade.hpp"
#include "adapters/mail/smtp_mailer_actor.hpp"
#include "adapters/metrics/metrics_actor.hpp"
#include "adapters/passwords/password_keeper_actor.hpp"
#include "adapters/proxmox/proxmox_hypervisor_actor.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/log_file.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/sqlite_read_model.hpp"
#include "tools/berthd/sources.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <thread>
#include <utility>

namespace berth::berthd {

namespace {

/// As in meson.build.
constexpr const char* version = BERTH_VERSION;

/// A connection of its own for whoever only reads.
std::shared_ptr<const eventstore::event_log> open_to_read(const std::filesystem::path& log_file) {
  return eventstore::sqlite_event_log::open_read_only(log_file);
}

/// The gateway that is configured; an invalid handle when none is.
actors::desktop_gateway_actor desktop_gateway(caf::actor_system& system, const config& settings) {
  if (!settings.guacamole)
    return {};
  std::shared_ptr<const guacamole::link_source> links =
      guacamole::make_link_source(*settings.guacamole);
  return system.spawn(guacamole::guacamole_gateway, links);
}

/// The mailer that is configured, on a thread of its own; an invalid handle when none is.
actors::mailer_actor alert_mailer(caf::actor_system& system, const config& settings) {
  if (!settings.mail)
    return {};
  return system.spawn<caf::detached>(mail::smtp_mailer, *settings.mail, wall_clock);
}

} // namespace

template <class Handle>
Handle parts::own(Handle handle) {
  if (handle)
    all_.push_back(caf::actor_cast<caf::actor>(handle));
  return handle;
}

parts::parts(caf::actor_system& system, net::asio::io_context& http_io,
             net::asio::io_context& proxmox_io, const config& settings, actors::logger log)
    : system_(system), http_io_(http_io) {
  auto log_file = eventstore::log_file_in(settings.data_directory);
  auto events = std::make_unique<eventstore::sqlite_event_log>(log_file, log_sources());
  auto model = std::make_unique<eventstore::sqlite_read_model>(
      eventstore::read_model_file_in(settings.data_directory), open_to_read(log_file));
  auto registry = std::make_shared<prometheus::Registry>();
  meter_ = std::make_shared<metrics::prometheus_meter>(registry);
  gateway_ = std::make_shared<proxmox::vm_gateway>(
      proxmox_io, settings.proxmox,
      proxmox::over_the_network(proxmox_io, settings.proxmox, log, meter_));
  auto mailer = own(alert_mailer(system, settings));
  auto links = own(desktop_gateway(system, settings));
  auto passwords = own(system.spawn<caf::detached>(
      passwords::password_keeper,
      passwords::password_settings{passwords::password_file_in(settings.data_directory)}));
  auto hypervisor = own(system.spawn(proxmox::proxmox_hypervisor, gateway_));
  auto broker = actors::start_broker(system, std::move(events), std::move(model),
                                     {hypervisor, passwords, meter_}, wall_clock,
                                     {settings.vmids, settings.sample_period, random_bits()}, log);
  vital_ = broker.parts;
  all_.insert(all_.end(), broker.parts.rbegin(), broker.parts.rend());
  auto desktops = own(system.spawn(
      actors::desktops, actors::desktop_collaborators{broker.supervisor, hypervisor, links,
                                                      broker.journal, random_bits, log}));
  own(system.spawn(actors::alerts,
                   actors::alert_collaborators{broker.journal, mailer, wall_clock, log}));
  auto counts = own(system.spawn(
      metrics::metrics, metrics::metrics_collaborators{broker.journal, broker.directory, broker.hub,
                                                       registry, version, wall_clock()}));
  auto ids = std::make_shared<domain::ulid_source>(random_bits);
  auto printer = own(system.spawn(http::event_printer, broker.directory, wall_clock,
                                  settings.guacamole.has_value()));
  vital_.push_back(caf::actor_cast<caf::actor>(printer));
  collaborators_ = {.supervisor = broker.supervisor,
                    .directory = broker.directory,
                    .scheduler = broker.scheduler,
                    .journal = broker.journal,
                    .accounts = broker.accounts,
                    .inventory = broker.inventory,
                    .desktops = desktops,
                    .metrics = counts,
                    .hub = broker.hub,
                    .printer = printer,
                    .load_history = broker.load_history,
                    .reconciler = broker.reconciler,
                    .audit = {},
                    .now = wall_clock,
                    .next_id = [ids] { return ids->next(wall_clock()); },
                    .fresh_secret = fresh_secret,
                    .has_desktops = settings.guacamole.has_value(),
                    .has_pages = !settings.web.empty()};
  start_audit(log_file, log);
  facade_ = own(http::spawn_http_facade(system, http_io, collaborators_));
}

void parts::start_audit(const std::filesystem::path& log_file, const actors::logger& log) {
  auto verify = [log_file, stop = reading_.get_token()] {
    return eventstore::verify(log_file, std::nullopt, stop);
  };
  auto exported = std::make_shared<eventstore::database>(eventstore::open_log_to_read(log_file));
  auto page_of = [exported](std::uint64_t after, std::size_t limit) {
    return eventstore::export_page(*exported, after, limit);
  };
  auto verifier = own(system_.spawn<caf::detached>(actors::log_verifier, verify, wall_clock, log));
  collaborators_.audit = own(system_.spawn<caf::detached>(
      actors::audit, actors::audit_collaborators{open_to_read(log_file), page_of, verifier, log}));
}

void parts::watch(std::function<void(const std::string&)> died) {
  own(system_.spawn<caf::hidden>(
      [vital = vital_, died = std::move(died)](caf::event_based_actor* self) {
        self->set_down_handler(
            [died](const caf::down_msg& down) { died(actors::text_of(down.reason)); });
        for (const auto& part : vital)
          self->monitor(part);
        return caf::behavior{[](caf::unit_t) {}};
      }));
}

void parts::end() {
  auto ending = std::exchange(all_, {});
  if (ending.empty())
    return;
  reading_.request_stop();
  // The facade ends there. Whoever has seen a part die may still stop it once more.
  auto work = net::asio::make_work_guard(http_io_);
  std::jthread serving{[this](const std::stop_token& over) {
    for (http_io_.restart(); !over.stop_requested(); http_io_.restart())
      http_io_.run();
  }};
  caf::scoped_actor self{system_};
  for (auto part = ending.rbegin(); part != ending.rend(); ++part) {
    self->send_exit(*part, caf::exit_reason::user_shutdown);
    self->wait_for(*part);
  }
  serving.request_stop();
  http_io_.stop();
}

} // namespace berth::berthd
