#include "adapters/http/reconciliation_json.hpp"

#include "tests/support/session_histories.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

using namespace berth;
using namespace berth::tests;
using kind = domain::difference_kind;

namespace {

boost::json::value written(const actors::reconciliation_report& report) {
  return boost::json::parse(http::write_reconciliation(report, nine + 90s));
}

domain::open_difference found_at_nine(kind of, std::string volume = {}) {
  domain::open_difference open{.is = {{of, vm, std::move(volume)}, own, pve1, "in words"},
                               .since = nine};
  open.removal.intended = true;
  open.removal.failures = 2;
  open.last_fault = "busy";
  return open;
}

} // namespace

TEST_CASE("reconciliation json: what differs has its place, its age and its session") {
  actors::reconciliation_report report{.surveyed_at = nine, .is_complete = true};
  report.counts[static_cast<std::size_t>(kind::leaked_volume)] = 1;
  report.open = {found_at_nine(kind::leaked_volume, "ceph:vm-10000001-disk-0")};
  auto shown = written(report);
  const auto& open = shown.at("open").at(0);
  CHECK(open.at("kind") == "leaked_volume");
  CHECK(open.at("vm_id").to_number<std::uint32_t>() == vm.value);
  CHECK(open.at("volume") == "ceph:vm-10000001-disk-0");
  CHECK(open.at("session_id").as_string() == to_string(own));
  CHECK(open.at("age_seconds").to_number<int>() == 90);
  CHECK(open.at("removal").is_null());
  CHECK(shown.at("counts").at("leaked_volume").to_number<int>() == 1);
  CHECK(shown.at("counts").at("stray").to_number<int>() == 0);
  CHECK(shown.at("why_not").is_null());
}

TEST_CASE("reconciliation json: of a late clone it says how far its removal has come") {
  actors::reconciliation_report report{.open = {found_at_nine(kind::late_clone)}};
  auto shown = written(report);
  const auto& removal = shown.at("open").at(0).at("removal");
  CHECK(removal.at("intended").as_bool());
  CHECK_FALSE(removal.at("quarantined").as_bool());
  CHECK(removal.at("failures").to_number<int>() == 2);
  CHECK(removal.at("last_fault") == "busy");
  CHECK(shown.at("open").at(0).at("volume").is_null());
  CHECK(shown.at("surveyed_at").is_null());
}

TEST_CASE("reconciliation json: what is settled says when and how") {
  actors::reconciliation_report report;
  report.settled = {{found_at_nine(kind::lost), nine + 60s, domain::settlement::session_told}};
  auto shown = written(report);
  const auto& settled = shown.at("settled").at(0);
  CHECK(settled.at("how") == "session_told");
  CHECK(settled.at("settled_at").as_string() == domain::to_rfc3339(nine + 60s));
  CHECK_FALSE(settled.as_object().contains("removal"));
}
