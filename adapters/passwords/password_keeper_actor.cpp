#include "adapters/passwords/password_keeper_actor.hpp"

#include "actors/errors.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

namespace berth::passwords {

namespace {

using actors::errc;
using keeper_pointer = actors::password_actor::stateful_pointer<password_keeper_state>;

constexpr auto hashing_timeout = std::chrono::seconds{60};
constexpr std::size_t shortest = 12;
constexpr std::size_t longest = 128;

/// Long enough to pass, and the first that anybody tries.
constexpr std::array<std::string_view, 12> best_known{
    "123456789012",  "1234567890123", "passwordpassword", "password1234",
    "password12345", "qwertyuiopas",  "qwerty123456",     "administrator",
    "letmein12345",  "iloveyou1234",  "abcdefghijkl",     "111111111111"};

std::optional<std::string> fault_of(const std::string& password) {
  if (!simdjson::validate_utf8(password))
    return "password: it is text in UTF-8";
  auto characters = std::ranges::count_if(
      password, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (characters < static_cast<std::ptrdiff_t>(shortest)
      || characters > static_cast<std::ptrdiff_t>(longest))
    return "password: it has 12 to 128 characters";
  if (std::ranges::find(best_known, password) != best_known.end())
    return "password: it is among those that everybody tries first";
  return std::nullopt;
}

hash_worker_actor::behavior_type hash_worker(hash_worker_actor::pointer) {
  return {
      [](const compute_hash& m) {
        return computed_hash{scrypt(m.password, m.salt, m.cost, hash_length)};
      },
  };
}

void start_next(keeper_pointer self) {
  auto& my = self->state;
  while (!my.idle.empty() && !my.queue.empty()) {
    auto next = std::move(my.queue.front());
    my.queue.pop_front();
    next();
  }
}

/// Hashes as soon as a worker is free; says whether there was room to wait.
template <class Use, class Fail>
bool hash(keeper_pointer self, compute_hash wanted, Use use, Fail fail) {
  auto& my = self->state;
  if (my.queue.size() >= my.settings.longest_queue)
    return false;
  my.queue.push_back([self, wanted = std::move(wanted), use, fail] {
    auto& my = self->state;
    auto worker = my.idle.back();
    my.idle.pop_back();
    self->request(worker, hashing_timeout, wanted)
        .then(
            [self, worker, use](const computed_hash& done) mutable {
              self->state.idle.push_back(worker);
              use(done.hash);
              start_next(self);
            },
            [self, worker, fail](const caf::error& why) mutable {
              self->state.idle.push_back(worker);
              fail(why);
              start_next(self);
            });
  });
  start_next(self);
  return true;
}

caf::error busy() {
  return make_error(errc::busy, "too many passwords wait to be checked: try again in a moment");
}

using use_of_hash = std::function<void(const password_hash&)>;
using use_of_error = std::function<void(const caf::error&)>;

/// Hashes at today's cost.
void hash_anew(keeper_pointer self, const domain::secret& password, const use_of_hash& use,
               const use_of_error& fail) {
  compute_hash wanted{password, self->state.settings.cost, random_bytes(salt_length)};
  auto made = [use, cost = wanted.cost, salt = wanted.salt](const bytes& hash) {
    use({cost, salt, hash});
  };
  if (!hash(self, std::move(wanted), made, fail))
    fail(busy());
}

caf::result<actors::password_hashed> make(keeper_pointer self, const actors::hash_password& m) {
  if (auto fault = fault_of(m.password.reveal()))
    return make_error(errc::invalid, *fault);
  auto promise = self->make_response_promise<actors::password_hashed>();
  hash_anew(
      self, m.password,
      [promise](const password_hash& made) mutable {
        promise.deliver(actors::password_hashed{made});
      },
      [promise](const caf::error& why) mutable { promise.deliver(why); });
  return promise;
}

/// Today's cost for next time, unless the password has been changed meanwhile.
void renew(keeper_pointer self, const actors::check_password& m, const password_hash& known) {
  hash_anew(
      self, m.password,
      [self, of = m.of, known](const password_hash& made) {
        if (auto& store = *self->state.store; store.find(of) == known)
          store.put(of, made);
      },
      [](const caf::error&) {});
}

/// Users without a password cost what all others do, so that time does not tell who exists.
caf::result<actors::password_checked> check(keeper_pointer self, const actors::check_password& m) {
  auto& my = self->state;
  auto known = my.store->find(m.of);
  auto promise = self->make_response_promise<actors::password_checked>();
  compute_hash wanted{m.password, known ? known->cost : my.settings.cost,
                      known ? known->salt : my.decoy_salt};
  auto compare = [self, m, known, promise](const bytes& hash) mutable {
    bool matches = known && equal_in_constant_time(hash, known->hash);
    promise.deliver(actors::password_checked{matches});
    if (matches && known->cost != self->state.settings.cost)
      renew(self, m, *known);
  };
  auto fail = [promise](const caf::error& why) mutable { promise.deliver(why); };
  if (!hash(self, std::move(wanted), compare, fail))
    return busy();
  return promise;
}

} // namespace

actors::password_actor::behavior_type password_keeper(keeper_pointer self,
                                                      password_settings settings) {
  auto& my = self->state;
  my.settings = std::move(settings);
  my.store = std::make_unique<password_store>(my.settings.file);
  my.decoy_salt = random_bytes(salt_length);
  for (std::size_t i = 0; i < my.settings.workers; ++i)
    my.idle.push_back(self->spawn<caf::linked + caf::detached>(hash_worker));
  return {
      [self](const actors::hash_password& m) { return make(self, m); },
      [self](const actors::store_password& m) {
        self->state.store->put(m.of, m.is);
        return actors::password_stored{};
      },
      [self](const actors::check_password& m) { return check(self, m); },
  };
}

} // namespace berth::passwords
