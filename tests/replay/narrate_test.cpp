#include "tools/replay/narrate.hpp"

#include "tests/support/session_histories.hpp"

#include <doctest/doctest.h>

using namespace berth::replay;
using namespace berth::tests;
using namespace berth::domain;

TEST_CASE("narrate: events are told in words") {
  CHECK(narrate(session_event{requested()})
        == "user 7 asked for a session of type ephemeral of template 2 \"Ubuntu 22.04\" (4 cores, "
           "4096 MiB RAM, 50 GiB disk, cloned from VM 9001) until 2025-11-24T17:00:00.000Z");
  CHECK(narrate(session_event{session_activated{vm, pve1, "10.0.0.9"}})
        == "active: VM 10000001 on node pve-1 answers at 10.0.0.9");
  CHECK(narrate(session_event{session_ended{end_reason::ended_by_admin, "maintenance"}})
        == "ended, an admin ended it: maintenance");
  CHECK(narrate(session_event{attempt_failed{2, {}, fault_class::capacity, "all are full", nine}})
        == "attempt 2 without a VM was given up (capacity): all are full");
  CHECK(narrate(node_event{node_maintenance_begun{}}) == "the node went into maintenance");
}

TEST_CASE("narrate: durations are told in two units") {
  CHECK(in_words(0ms) == "0 ms");
  CHECK(in_words(850ms) == "850 ms");
  CHECK(in_words(12'500ms) == "12.5 s");
  CHECK(in_words(4min + 10s + 999ms) == "4 min 10 s");
  CHECK(in_words(2h + 5min + 59s) == "2 h 5 min");
  CHECK(in_words(73h + 59min) == "3 d 1 h");
}
