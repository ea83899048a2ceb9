#include "tools/simulation/world/network.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace berth::simulation {

namespace {

using namespace std::chrono_literals;
using kind = net::transport_error::kind;

constexpr auto lock_poll = 500ms;
constexpr std::string_view prefix = "/api2/json";

arrival read(const net::https_request& wanted, world_time sent) {
  auto question = wanted.target.find('?');
  arrival as{
      wanted.method, wanted.target.substr(prefix.size(), question - prefix.size()), {}, sent};
  if (question != std::string::npos)
    as.values = pve_simulator::parse_form(wanted.target.substr(question + 1));
  if (!wanted.body.empty())
    as.values.merge(pve_simulator::parse_form(wanted.body));
  return as;
}

std::string authorization_of(const net::https_request& wanted) {
  auto found = std::ranges::find(wanted.headers, "Authorization",
                                 [](const auto& header) { return header.first; });
  return found == wanted.headers.end() ? "" : found->second;
}

class wire final : public net::https_transport {
public:
  wire(net::asio::io_context& io, network& over) : io_(io), over_(over) {}

  net::awaitable<net::https_result> send(net::https_request wanted) override {
    auto waiting = std::make_shared<call>(io_);
    over_.submit(wanted, [asker = std::weak_ptr{waiting}](net::https_result result) {
      if (auto alive = asker.lock(); alive && !alive->result) {
        alive->result = std::move(result);
        alive->answered.cancel();
      }
    });
    net::error_code woken;
    co_await waiting->answered.async_wait(
        net::asio::redirect_error(net::asio::use_awaitable, woken));
    co_return std::move(*waiting->result);
  }

private:
  /// The timer never fires: it is where the answer wakes the asker.
  struct call {
    explicit call(net::asio::io_context& io)
        : answered(io, net::asio::steady_timer::time_point::max()) {}
    net::asio::steady_timer answered;
    std::optional<net::https_result> result;
  };

  net::asio::io_context& io_;
  network& over_;
};

} // namespace

std::string_view name_of(wire_fault fault) {
  constexpr std::string_view names[] = {"request lost",   "answer lost",      "request late",
                                        "request twice",  "node not reached", "lock not had",
                                        "answer garbled", "answer slow"};
  static_assert(std::size(names) == wire_faults);
  return names[static_cast<std::size_t>(fault)];
}

std::shared_ptr<net::https_transport> make_wire(net::asio::io_context& io, network& over) {
  return std::make_shared<wire>(io, over);
}

network::network(world_clock& clock, dice from, pve_simulator::cluster& cluster,
                 pve_simulator::access_control& access, trace& to,
                 std::function<void(const arrival&)> seen)
    : clock_(clock), dice_(std::move(from)), cluster_(cluster), access_(access),
      api_(cluster, access), trace_(to), seen_(std::move(seen)) {}

bool network::strikes(wire_fault fault) {
  auto found = now.probability.find(fault);
  if (found == now.probability.end() || !dice_.chance(found->second))
    return false;
  ++faults_[fault];
  return true;
}

void network::submit(const net::https_request& wanted, answer_function answer) {
  ++calls_;
  auto what = std::make_shared<parcel>(
      parcel{wanted, read(wanted, clock_.now()), std::move(answer), clock_.now()});
  if (now.cut) {
    clock_.after(1s, [this, what] { fail(what, kind::unreachable, "no route to host"); });
    return;
  }
  // Whatever happens, the caller waits no longer than it said.
  clock_.at(what->sent + wanted.timeout,
            [this, what] { fail(what, kind::interrupted, "no answer in time"); });
  auto travel = dice_.between(1ms, 40ms);
  if (strikes(wire_fault::request_lost)) {
    if (wanted.method != "GET")
      trace_.note(fmt::format("lost on the way: {} {}", what->as.method, what->as.path));
    return;
  }
  if (strikes(wire_fault::late))
    travel = dice_.between(30s, 6min);
  else if (strikes(wire_fault::slow))
    travel = dice_.between(1s, 30s);
  bool answer_lost = strikes(wire_fault::answer_lost);
  clock_.after(travel, [this, what, answer_lost] { deliver(what, answer_lost); });
  if (strikes(wire_fault::twice))
    clock_.after(travel + dice_.between(1ms, 3s), [this, what] { deliver(what, true); });
}

void network::deliver(const parcel_ptr& what, bool answer_lost) {
  if (now.cut)
    return;
  cluster_.advance();
  if (now.unauthorized)
    return reply(what, {.status = 401, .reason = "Authentication failed!", .body = {}});
  if (now.unreadable && what->as.method == "GET" && what->as.path.ends_with("/config"))
    return reply(what, {.status = 500, .reason = "unable to read file", .body = {}});
  if (strikes(wire_fault::refused)) {
    auto status = std::vector{595, 596, 599}[dice_.below(3)];
    return reply(what, {.status = status, .reason = "Connection refused", .body = {}});
  }
  if (what->as.method != "GET" && strikes(wire_fault::locked))
    return reply(what,
                 {.status = 500,
                  .reason = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout",
                  .body = R"({"data":null})"});
  if (what->as.method != "GET")
    trace_.note(fmt::format("proxmox takes {} {}", what->as.method, what->as.path));
  seen_(what->as);
  carry_out(what, clock_.now() + 10s, answer_lost);
}

void network::carry_out(const parcel_ptr& what, world_time patience, bool answer_lost) {
  auto who = access_.authenticate(authorization_of(what->request));
  auto done = api_.handle(who, what->as.method, what->as.path, what->as.values);
  if (done.busy && clock_.now() < patience) {
    clock_.after(lock_poll,
                 [this, what, patience, answer_lost] { carry_out(what, patience, answer_lost); });
    return;
  }
  if (what->as.method != "GET" && done.status != 200)
    trace_.note(fmt::format("proxmox refuses {} {}: {} {}", what->as.method, what->as.path,
                            done.status, done.reason));
  if (strikes(wire_fault::garbled))
    done.body = R"({"data":[{)";
  if (answer_lost) {
    clock_.after(20ms, [this, what] { fail(what, kind::interrupted, "connection reset"); });
    return;
  }
  clock_.after(20ms + std::chrono::milliseconds{static_cast<std::int64_t>(done.delay * 1000)},
               [this, what, done] { reply(what, done); });
}

void network::reply(const parcel_ptr& what, pve_simulator::api_reply done) {
  if (!what->answer)
    return;
  net::https_response response{
      .status = done.status, .reason = done.reason, .body = done.body.value_or("")};
  std::exchange(what->answer, {})(std::move(response));
}

void network::fail(const parcel_ptr& what, kind how, const std::string& why) {
  if (what->answer)
    std::exchange(what->answer, {})(net::transport_error{how, why});
}

} // namespace berth::simulation
