#include "adapters/proxmox/vm_gateway.hpp"
#include "adapters/proxmox/vm_marks.hpp"
#include "tests/support/simulated_proxmox.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

using namespace berth;
using namespace berth::tests;

namespace {

constexpr domain::vm_id vm{10'000'000};
const domain::session_id session{{{1, 2, 3}}};

/// Carries everything to the simulator, but keeps the first answer of a guest until it is released.
class slow_guest_wire final : public net::https_transport {
public:
  slow_guest_wire(net::asio::io_context& io, std::shared_ptr<net::https_transport> inner)
      : released_(io, net::asio::steady_timer::time_point::max()), inner_(std::move(inner)) {}

  net::awaitable<net::https_result> send(net::https_request wanted) override {
    bool is_first =
        wanted.target.ends_with("network-get-interfaces") && !std::exchange(holds, true);
    auto result = co_await inner_->send(std::move(wanted));
    net::error_code woken;
    if (is_first)
      co_await released_.async_wait(net::asio::redirect_error(net::asio::use_awaitable, woken));
    co_return result;
  }

  void release() { released_.cancel(); }

  bool holds = false; ///< from the first question to a guest on

private:
  net::asio::steady_timer released_;
  std::shared_ptr<net::https_transport> inner_;
};

} // namespace

TEST_CASE("proxmox: two looks at once at the same VM both learn its address") {
  net::asio::io_context io{1};
  simulated_proxmox sim{io};
  auto& guest = sim.cluster.add_vm(vm.value, "pve-1", proxmox::mark_of(session), 2048, 2);
  guest.config["tags"] = "berth;" + proxmox::mark_of(session);
  guest.running = true;

  auto around = proxmox::over_the_network(
      io, sim.settings(), actors::logger{actors::log_level::error, [](std::string_view) {}});
  auto wire = std::make_shared<slow_guest_wire>(io, around.wire);
  around.wire = wire;
  auto gateway = std::make_shared<proxmox::vm_gateway>(io, sim.settings(), around);

  using sighted = proxmox::pve_result<domain::vm_sighting>;
  std::optional<sighted> first;
  std::optional<sighted> second;
  auto look_into = [&](std::optional<sighted>& to) {
    actors::look_at_vm at{.vm = vm, .marked = session, .cloned_from = {9001}, .want_address = true};
    net::asio::co_spawn(io, gateway->look(at),
                        [&to](const std::exception_ptr&, sighted seen) { to = std::move(seen); });
  };
  look_into(first);
  run_until(io, [&] { return wire->holds; });
  look_into(second);
  run_until(io, [&] { return second.has_value(); });
  CHECK_FALSE(first);
  wire->release();
  run_until(io, [&] { return first.has_value(); });
  auto address = std::get<domain::vm_sighting>(*second).address;
  CHECK(address);
  CHECK(std::get<domain::vm_sighting>(*first).address == address);
}
