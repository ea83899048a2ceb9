#include "eventstore/event_codec.hpp"

#include "eventstore/event_log.hpp"
#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

using namespace berth::eventstore;
using namespace berth::tests;
using namespace berth::domain;

namespace {

/// One event of every type, each with no member left at its default where it matters.
std::vector<event> one_of_each() {
  time_point ten = nine + 1h;
  template_spec kali{.name = "Kali \u00e9 \"quoted\"",
                     .os = os_type::kali,
                     .protocol = desktop_protocol::rdp,
                     .source = {9002},
                     .cpu_cores = 8,
                     .ram_mb = 16384,
                     .disk_gb = 80,
                     .tags = {"security-lab", "kali"}};
  const std::string hash(64, 'a');
  considered_node first{.node = pve1,
                        .why = verdict::chosen,
                        .measured_score = 0.25,
                        .score = 0.3125,
                        .sample_age_ms = 4200,
                        .reserved_ram_mb = 8192,
                        .vms = 3,
                        .max_vms = 50};
  considered_node second{.node = pve2, .why = verdict::overloaded, .measured_score = 0.9};
  session_id of = own;
  auto fault = fault_class::transient;
  return {session_event{session_requested{of, {7}, {2}, kali, session_type::persistent, ten}},
          session_event{session_placed{2, pve1, vm, {first, second}}},
          session_event{resumption_intended{keeper}},
          session_event{vm_taken_over{vm, pve2, keeper}},
          session_event{clone_intended{vm}},
          session_event{configuration_intended{vm}},
          session_event{start_intended{vm}},
          session_event{task_accepted{vm, upid}},
          session_event{vm_started{vm, nine + 2min}},
          session_event{session_activated{vm, pve2, "10.0.0.9"}},
          session_event{vm_moved{vm, pve1}},
          session_event{step_failed{vm, fault, "timeout", 2, nine + 30s}},
          session_event{attempt_failed{1, vm, fault_class::capacity, "no space", nine + 10s}},
          session_event{session_failed{end_reason::provisioning_failed, "three attempts"}},
          session_event{session_extended{ten}},
          session_event{desktop_opened{vm}},
          session_event{session_ended{end_reason::ended_by_admin, "maintenance"}},
          session_event{shutdown_intended{vm}},
          session_event{vm_kept{vm, pve1}},
          session_event{vm_handed_over{heir}},
          session_event{discard_requested{}},
          session_event{deletion_intended{vm}},
          session_event{teardown_failed{vm, "locked", 3, ten}},
          session_event{vm_quarantined{vm, "not provably ours", ten}},
          session_event{vm_deleted{vm}},
          session_event{session_closed{}},
          node_event{node_registered{pve1, "pve-1.example.org", 40}},
          node_event{node_maintenance_begun{"new disks"}},
          node_event{node_drain_begun{"update"}},
          node_event{node_returned{}},
          node_event{node_removed{}},
          template_event{template_created{{2}, kali}},
          template_event{template_changed{kali}},
          template_event{template_disabled{}},
          template_event{template_enabled{}},
          user_event{user_registered{{7}, "ada", role::admin}},
          user_event{role_changed{role::auditor}},
          user_event{quota_changed{5}},
          user_event{user_disabled{"left"}},
          user_event{user_enabled{}},
          user_event{password_changed{}},
          user_event{token_issued{hash, "laptop", {}}},
          user_event{token_used{hash}},
          user_event{token_revoked{hash}},
          user_event{signed_in{hash, ten}},
          user_event{signed_out{hash}},
          alert_event{alert_raised{3, alert_kind::deletion_stuck, of, vm, "locked"}},
          alert_event{alerts_mailed{3}},
          reconciliation_event{difference_found{difference_kind::leaked_volume, vm, of, pve2,
                                                "2 GiB", "ceph:vm-10000001-disk-0"}},
          reconciliation_event{removal_intended{vm, of}},
          reconciliation_event{removal_postponed{vm, "locked", true, 2, ten}},
          reconciliation_event{difference_settled{difference_kind::leaked_volume, vm,
                                                  "ceph:vm-10000001-disk-0", settlement::gone}}};
}

std::filesystem::path golden(std::string_view type) {
  return std::filesystem::path{BERTH_GOLDEN_EVENTS} / (std::string{type} + ".v1.json");
}

std::string read_golden(std::string_view type) {
  std::ifstream file{golden(type)};
  REQUIRE_MESSAGE(file, "golden file missing: ", golden(type));
  std::string line;
  std::getline(file, line);
  return line;
}

std::string fault_of_reading(std::string_view type, std::string_view payload,
                             std::uint32_t version = 1) {
  try {
    decode(type, version, payload);
  } catch (const log_error& fault) {
    return fault.what();
  }
  return {};
}

} // namespace

TEST_CASE("codec: every event ever written is read, and written the same again") {
  for (const auto& event : one_of_each()) {
    auto encoded = encode(event).value();
    CAPTURE(encoded.type);
    CHECK(encoded.schema_version == 1);
    CHECK(encoded.payload == read_golden(encoded.type));
    CHECK(decode(encoded.type, 1, read_golden(encoded.type)) == event);
  }
}

TEST_CASE("codec: every type has its golden file, and every golden file its type") {
  std::vector<std::string_view> sampled;
  for (const auto& event : one_of_each())
    sampled.push_back(encode(event).value().type);
  CHECK(sampled == event_types());
  std::filesystem::directory_iterator files{BERTH_GOLDEN_EVENTS};
  CHECK(static_cast<std::size_t>(
            std::distance(std::filesystem::begin(files), std::filesystem::end(files)))
        == sampled.size());
}

TEST_CASE("codec: members that came later are written when they say something") {
  auto seated = ubuntu();
  seated.desktop_user = "student";
  seated.desktop_port = 13389;
  seated.await_desktop = true;
  for (const auto& later : {event{template_event{template_changed{seated}}},
                            event{user_event{token_issued{std::string(64, 'a'), "", nine}}}}) {
    auto encoded = encode(later).value();
    CHECK(decode(encoded.type, 1, encoded.payload) == later);
  }
}

TEST_CASE("codec: an event from before a member came has its default") {
  CHECK(decode("token_issued", 1, R"({"token_hash":"a","label":"old"})")
        == event{user_event{token_issued{"a", "old", std::nullopt}}});
}

TEST_CASE("codec: members that nobody knows are skipped, in any order") {
  CHECK(decode("vm_kept", 1, R"({"new":[{"x":null}],"node":"pve-1","vm":10000001})")
        == event{session_event{vm_kept{vm, pve1}}});
}

TEST_CASE("codec: a missing or mistyped member is named") {
  CHECK(fault_of_reading("vm_kept", R"({"vm":10000001})")
        == "event vm_kept of version 1: field node is missing");
  CHECK(fault_of_reading("vm_kept", R"({"vm":"1","node":"pve-1"})")
        == "event vm_kept of version 1: field vm is not a whole number");
  CHECK(fault_of_reading("vm_kept", R"({"vm":-1,"node":"pve-1"})").ends_with("a whole number"));
  CHECK(fault_of_reading("vm_kept", R"({"vm":4294967296,"node":"pve-1"})").ends_with("too large"));
  CHECK(fault_of_reading("vm_kept", R"({"vm":1,"node":null})").ends_with("not a text"));
  CHECK(fault_of_reading("session_ended", R"({"reason":"boredom","detail":""})")
        == "event session_ended of version 1: field reason has an unknown value");
  CHECK(fault_of_reading("session_extended", R"({"expires_at":"tomorrow"})")
            .ends_with("field expires_at has an unknown value"));
}

TEST_CASE("codec: a fault deep inside is named with its path") {
  auto payload = read_golden("session_placed");
  payload.replace(payload.find("overloaded"), 10, "haunted");
  CHECK(fault_of_reading("session_placed", payload)
            .ends_with("field considered[1].verdict has an unknown value"));
}

TEST_CASE("codec: only one whole JSON object is a payload") {
  for (const auto* text : {"", "{", "[]", "null", "{} {}", "{}}", "{\"vm\":1,}", "{\"vm\":\xff}"})
    CHECK_MESSAGE(
        fault_of_reading("vm_deleted", text).find("not a JSON object") != std::string::npos, text);
}

TEST_CASE("codec: types and versions from the future are refused") {
  CHECK(fault_of_reading("vm_painted", "{}").find("newer") != std::string::npos);
  CHECK(fault_of_reading("session_closed", "{}", 2).find("newer") != std::string::npos);
  CHECK(fault_of_reading("session_closed", "{}", 0).find("begin at 1") != std::string::npos);
  CHECK(known_version("session_closed") == 1);
  CHECK(known_version("vm_painted") == 0);
}

TEST_CASE("codec: what has no stored form is refused when it is written") {
  auto placed_with = [](double score) {
    considered_node node{.node = pve1, .score = score};
    return event{session_event{session_placed{1, pve1, vm, {node}}}};
  };
  CHECK(encode(placed_with(0.1)).has_value());
  CHECK(encode(placed_with(std::numeric_limits<double>::infinity())).has_error());
  CHECK(encode(placed_with(std::numeric_limits<double>::quiet_NaN())).has_error());
  CHECK(encode(event{session_event{session_extended{time_point::max()}}}).has_error());
  CHECK(encode(event{session_event{session_failed{{}, "\xff"}}}).has_error());
}
