#include "tools/berthd/daemon.hpp"

#include "adapters/http/server.hpp"
#include "adapters/net/tls.hpp"
#include "eventstore/data_directory.hpp"
#include "tools/berthd/parts.hpp"
#include "tools/berthd/sources.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor_system_config.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace berth::berthd {

namespace {

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

/// A request is a chain of small messages. Workers that steal sleep between their looks at each
/// other's queues, for longer than a message takes, and four of them fight for two processors.
void share_work(caf::actor_system_config& of) {
  of.set("scheduler.policy", caf::atom("sharing"));
  of.set("scheduler.max-threads", std::max<std::size_t>(2, std::thread::hardware_concurrency()));
}

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
  net::asio::io_context io{1};
  io_thread proxmox_io;
  caf::actor_system_config caf_settings;
  share_work(caf_settings);
  caf::actor_system system{caf_settings};
  parts running{system, io, proxmox_io.io, settings, log};
  auto tls = tls_of(settings);
  http::connection_context context{system,
                                   running.facade(),
                                   running.collaborators(),
                                   settings.limits,
                                   log,
                                   running.meter(),
                                   tls,
                                   settings.trusted_proxies,
                                   web_of(settings)};
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
  running.watch([&](const std::string& why) {
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
  running.end();
  return status;
}

} // namespace berth::berthd
