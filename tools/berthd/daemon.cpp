#include "tools/berthd/daemon.hpp"

#include "actors/alert_actor.hpp"
#include "actors/broker_system.hpp"
#include "actors/desktop_actor.hpp"
#include "actors/errors.hpp"
#include "adapters/guacamole/guacamole_gateway_actor.hpp"
#include "adapters/http/server.hpp"
#include "adapters/mail/smtp_mailer_actor.hpp"
#include "adapters/metrics/metrics_actor.hpp"
#include "adapters/metrics/prometheus_meter.hpp"
#include "adapters/net/tls.hpp"
#include "adapters/passwords/password_keeper_actor.hpp"
#include "adapters/proxmox/proxmox_hypervisor_actor.hpp"
#include "eventstore/data_directory.hpp"
#include "eventstore/sqlite_event_log.hpp"
#include "eventstore/sqlite_read_model.hpp"
#include "tools/berthd/sources.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <atomic>
#include <thread>
#include <utility>

namespace berth::berthd {

namespace {

/// As in meson.build.
constexpr const char* version = BERTH_VERSION;
/// Requests in flight get this long after a signal.
constexpr auto last_words = std::chrono::milliseconds{1000};
constexpr auto last_words_check = std::chrono::milliseconds{20};

/// Stops `io` as soon as the server is idle, or when the time for last words is over.
net::awaitable<void> finish(net::asio::io_context& io, http::server& server) {
  net::asio::steady_timer tick{io};
  for (auto left = last_words; left.count() > 0; left -= last_words_check) {
    tick.expires_after(last_words_check);
    co_await tick.async_wait(net::asio::use_awaitable);
    if (server.idle())
      break;
  }
  io.stop();
}

/// An io_context on a thread of its own.
class io_thread {
public:
  io_thread() : work_(io.get_executor()), thread_([this] { io.run(); }) {}
  ~io_thread() {
    io.stop();
    thread_.join();
  }
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  net::asio::io_context io{1};

private:
  net::asio::executor_work_guard<net::asio::io_context::executor_type> work_;
  std::thread thread_;
};

std::shared_ptr<net::asio::ssl::context> tls_of(const config& settings) {
  if (settings.tls_certificate.empty())
    return nullptr;
  return std::make_shared<net::asio::ssl::context>(
      net::server_context(net::load_certificate(settings.tls_certificate, settings.tls_key)));
}

std::shared_ptr<const http::web_files> web_of(const config& settings) {
  if (settings.web.empty())
    return nullptr;
  return std::make_shared<http::web_files>(settings.web, random_bits);
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

/// Takes the log level anew from the file at each SIGHUP. All else needs a restart.
net::awaitable<void> reread_on_hangup(net::asio::signal_set& hangups, std::filesystem::path file,
                                      actors::logger log) {
  for (;;) {
    net::error_code cancelled;
    co_await hangups.async_wait(net::asio::redirect_error(net::asio::use_awaitable, cancelled));
    if (cancelled)
      co_return;
    try {
      log.set_level(load_config(file).log_level);
      log.info("took the log level anew", {{"file", file.string()}});
    } catch (const std::exception& why) {
      log.error("cannot read the settings: the log level stays", {{"why", why.what()}});
    }
  }
}

/// Calls `died` as soon as one of the parts ends.
caf::actor watch(caf::actor_system& system, const std::vector<caf::actor>& parts,
                 std::function<void(const std::string&)> died) {
  return system.spawn<caf::hidden>([parts, died = std::move(died)](caf::event_based_actor* self) {
    self->set_down_handler(
        [died](const caf::down_msg& down) { died(actors::text_of(down.reason)); });
    for (const auto& part : parts)
      self->monitor(part);
    return caf::behavior{[](caf::unit_t) {}};
  });
}

/// Ends the parts in their order, the journal last: what it has taken is committed before it goes.
void end(caf::actor_system& system, const std::vector<caf::actor>& parts) {
  caf::scoped_actor self{system};
  for (const auto& part : parts) {
    self->send_exit(part, caf::exit_reason::user_shutdown);
    self->wait_for(part);
  }
}

std::string url_of(const net::tcp::endpoint& at, bool tls) {
  auto host = at.address().to_string();
  if (at.address().is_v6())
    host = "[" + host + "]";
  return std::string{tls ? "https" : "http"} + "://" + host + ":" + std::to_string(at.port());
}

} // namespace

int serve(const config& settings, const std::filesystem::path& file) {
  actors::logger log{settings.log_level};
  eventstore::data_directory held{settings.data_directory};
  auto log_file = eventstore::log_file_in(settings.data_directory);
  auto events = std::make_unique<eventstore::sqlite_event_log>(log_file, log_sources());
  auto model = std::make_unique<eventstore::sqlite_read_model>(
      eventstore::read_model_file_in(settings.data_directory),
      std::shared_ptr<const eventstore::event_log>{
          eventstore::sqlite_event_log::open_read_only(log_file)});

  net::asio::io_context io{1};
  io_thread proxmox_io;
  caf::actor_system_config caf_settings;
  caf::actor_system system{caf_settings};
  auto registry = std::make_shared<prometheus::Registry>();
  auto meter = std::make_shared<metrics::prometheus_meter>(registry);
  auto gateway = std::make_shared<proxmox::vm_gateway>(proxmox_io.io, settings.proxmox, log,
                                                       proxmox::probe_port, meter);
  auto hypervisor = system.spawn(proxmox::proxmox_hypervisor, gateway);
  auto passwords = system.spawn<caf::detached>(
      passwords::password_keeper,
      passwords::password_settings{passwords::password_file_in(settings.data_directory)});
  auto broker = actors::start_broker(system, std::move(events), std::move(model),
                                     {hypervisor, passwords, meter}, wall_clock,
                                     {settings.vmids, settings.sample_period, random_bits()}, log);
  auto mailer = alert_mailer(system, settings);
  auto links = desktop_gateway(system, settings);
  auto desktops = system.spawn(actors::desktops,
                               actors::desktop_collaborators{broker.supervisor, hypervisor, links,
                                                             broker.journal, random_bits, log});
  auto alerts = system.spawn(actors::alerts,
                             actors::alert_collaborators{broker.journal, mailer, wall_clock, log});
  auto counts = system.spawn(
      metrics::metrics, metrics::metrics_collaborators{broker.journal, broker.directory, broker.hub,
                                                       registry, version, wall_clock()});
  auto ids = std::make_shared<domain::ulid_source>(random_bits);
  http::facade_collaborators with{.supervisor = broker.supervisor,
                                  .directory = broker.directory,
                                  .scheduler = broker.scheduler,
                                  .journal = broker.journal,
                                  .accounts = broker.accounts,
                                  .inventory = broker.inventory,
                                  .desktops = desktops,
                                  .metrics = counts,
                                  .hub = broker.hub,
                                  .load_history = broker.load_history,
                                  .now = wall_clock,
                                  .next_id = [ids] { return ids->next(wall_clock()); },
                                  .fresh_secret = fresh_secret,
                                  .has_desktops = settings.guacamole.has_value(),
                                  .has_pages = !settings.web.empty()};
  auto facade = system.spawn(http::http_facade, with);
  auto tls = tls_of(settings);
  http::connection_context context{
      system, facade, with, {}, log, meter, tls, settings.trusted_proxies, web_of(settings)};
  http::server server{io, net::parse_endpoint(settings.listen), std::move(context)};
  server.start();

  int status = 0;
  net::asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([&](const net::error_code& cancelled, int) {
    if (cancelled)
      return;
    server.stop();
    net::asio::co_spawn(io, finish(io, server), net::asio::detached);
  });
  net::asio::signal_set hangups{io, SIGHUP};
  net::asio::co_spawn(io, reread_on_hangup(hangups, file, log), net::asio::detached);
  auto watcher = watch(system, broker.parts, [&](const std::string& why) {
    net::asio::post(io, [&, why] {
      log.error("a part of the broker died: stopping, to be started anew", {{"why", why}});
      status = 1;
      io.stop();
    });
  });
  log.info("serving", {{"url", url_of(server.endpoint(), tls != nullptr)},
                       {"data", settings.data_directory.string()}});
  io.run();

  log.info("stopping");
  auto part = [](const auto& handle) { return caf::actor_cast<caf::actor>(handle); };
  end(system, {watcher, part(facade), part(counts), part(alerts), part(desktops)});
  end(system, broker.parts);
  end(system, {part(hypervisor), part(passwords)});
  if (links)
    end(system, {part(links)});
  if (mailer)
    end(system, {part(mailer)});
  return status;
}

} // namespace berth::berthd
