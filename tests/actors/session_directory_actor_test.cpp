#include "actors/session_directory_actor.hpp"

#include "actors/errors.hpp"
#include "tests/support/test_journal.hpp"

using namespace berth;
using namespace berth::tests;
using namespace std::chrono_literals;

namespace {

constexpr domain::user_id owner{3};
const domain::session_id first{{{1}}};
const domain::session_id second{{{2}}};

/// A read model of session ids alone; what it was given is checked for gaps. Its disk may fail.
class fake_read_model : public eventstore::read_model {
public:
  explicit fake_read_model(std::shared_ptr<bool> disk_fails) : disk_fails_{std::move(disk_fails)} {}

  std::uint64_t position() const override { return position_; }

  void apply(std::span<const eventstore::recorded_event> events) override {
    if (*disk_fails_)
      throw eventstore::log_error{"disk I/O error"};
    for (const auto& recorded : events) {
      if (recorded.position != position_ + 1)
        throw std::logic_error{"a gap in the events"};
      position_ = recorded.position;
      if (const auto* event = std::get_if<domain::session_event>(&recorded.event))
        if (const auto* requested = std::get_if<domain::session_requested>(event))
          sessions_.push_back({.id = requested->id, .owner = requested->owner});
    }
  }
  std::vector<eventstore::session_row>
  sessions(const eventstore::session_filter& wanted) const override {
    auto rows = sessions_;
    std::erase_if(rows, [&wanted](const auto& row) { return row.owner != wanted.owner; });
    return rows;
  }
  std::vector<eventstore::template_row> templates() const override {
    return {{.is = {.id = {1}, .is_active = true}}, {.is = {.id = {2}, .is_active = false}}};
  }
  std::vector<eventstore::node_row> nodes() const override { return {}; }
  std::optional<eventstore::session_row> session(const domain::session_id& id) const override {
    for (const auto& row : sessions_)
      if (row.id == id)
        return row;
    return std::nullopt;
  }
  std::optional<domain::session_id> kept_session(domain::user_id,
                                                 domain::template_id) const override {
    return std::nullopt;
  }

private:
  std::shared_ptr<bool> disk_fails_;
  std::uint64_t position_ = 0;
  std::vector<eventstore::session_row> sessions_;
};

struct fixture : actor_fixture {
  explicit fixture(std::uint64_t seed = 1) : actor_fixture{seed} {}

  test_journal journal{*this};
  actors::session_directory_actor directory;
  std::shared_ptr<bool> disk_fails = std::make_shared<bool>(false);

  void start() {
    directory = spawn(actors::session_directory,
                      std::make_shared<std::unique_ptr<eventstore::read_model>>(
                          std::make_unique<fake_read_model>(disk_fails)),
                      journal.handle());
  }
  std::uint64_t launch(const domain::session_id& id, domain::user_id by = owner) {
    return journal.append(id, {domain::session_requested{.id = id, .owner = by}});
  }
  pending<actors::session_list> list(std::uint64_t at_least = 0) {
    return ask<actors::session_list>(directory, actors::list_sessions{{.owner = owner}, at_least});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "directory: it lists a user's own sessions") {
  launch(first);
  launch(second, {99});
  start();
  auto sessions = list().value().sessions;
  REQUIRE(sessions.size() == 1);
  CHECK(sessions.front().id == first);
}

TEST_CASE("directory: whoever asks at its start is answered from the whole log") {
  with_seeds(50, [](std::uint64_t seed) {
    fixture f{seed};
    for (std::uint8_t n = 1; n <= 20; ++n)
      f.launch({{{n}}});
    f.start();
    CHECK(f.list().value().sessions.size() == 20);
  });
}

TEST_CASE_FIXTURE(fixture, "directory: a list waits for the position it must contain") {
  auto position = launch(first);
  start();
  auto answer = list(position + 1);
  CHECK_FALSE(answer.ready());
  launch(second);
  CHECK(answer.value().sessions.size() == 2);
}

TEST_CASE_FIXTURE(fixture, "directory: a list that waits in vain is answered after 5 s") {
  auto position = launch(first);
  start();
  auto answer = list(position + 1);
  advance(4'999ms);
  CHECK_FALSE(answer.ready());
  advance(1ms);
  CHECK(answer.value().sessions.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "directory: every question waits for the position it names") {
  auto position = launch(first);
  start();
  auto templates = ask<actors::template_list>(directory, actors::list_templates{position + 1});
  auto nodes = ask<actors::node_list>(directory, actors::list_nodes{position + 1});
  auto kept =
      ask<actors::kept_session>(directory, actors::find_kept_session{owner, {1}, position + 1});
  CHECK_FALSE(templates.ready());
  CHECK_FALSE(nodes.ready());
  CHECK_FALSE(kept.ready());
  launch(second);
  CHECK(templates.value().templates.size() == 1);
  CHECK(nodes.ready());
  CHECK(kept.ready());
}

TEST_CASE_FIXTURE(fixture, "directory: templates that are switched off are not listed") {
  start();
  auto listed = ask<actors::template_list>(directory, actors::list_templates{});
  REQUIRE(listed.value().templates.size() == 1);
  CHECK(listed.value().templates.front().is.id == domain::template_id{1});
}

TEST_CASE_FIXTURE(fixture,
                  "directory: rows of sessions wait for their position, and skip strangers") {
  auto position = launch(first);
  start();
  actors::find_sessions wanted{{second, first}, position + 1};
  auto answer = ask<actors::session_list>(directory, wanted);
  CHECK_FALSE(answer.ready());
  launch({{{9}}});
  REQUIRE(answer.value().sessions.size() == 1);
  CHECK(answer.value().sessions.front().id == first);
}

TEST_CASE_FIXTURE(fixture, "directory: it ends with its journal") {
  start();
  settle();
  journal.crash();
  CHECK_FALSE(actors::code_of(list().error()));
}

TEST_CASE_FIXTURE(fixture, "directory: it says why when its read model fails") {
  start();
  settle();
  caf::error reason;
  directory->attach_functor([&reason](const caf::error& why) { reason = why; });
  *disk_fails = true;
  launch(first);
  CHECK(actors::text_of(reason) == "disk I/O error");
}
