#include "adapters/proxmox/vm_marks.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::proxmox;

namespace {

const domain::session_id one{{{1, 2, 3}}};
const domain::session_id two{{{4, 5, 6}}};

} // namespace

TEST_CASE("vm marks: tags come before the name, and the name before the description") {
  CHECK(marked_in("berth;" + mark_of(one), mark_of(two), description_of(two)) == one);
  CHECK(marked_in("berth;prod", mark_of(one), description_of(two)) == one);
  CHECK(marked_in("", "web-1", "A note.\n" + description_of(two)) == two);
}

TEST_CASE("vm marks: whoever names no session is marked for none") {
  CHECK_FALSE(marked_in("", ""));
  CHECK_FALSE(marked_in("berth;berth-;prod", "berth-web", "Berth session of Ana"));
  CHECK_FALSE(marked_in("", mark_of(one) + "-copy", ""));
}

TEST_CASE("vm marks: the session they name is the one they are looked for by") {
  pve_vm_config config{.name = mark_of(one)};
  CHECK(marks_in(config, one) == domain::vm_marks::ours);
  CHECK(marks_in(config, two) == domain::vm_marks::foreign);
  config.tags = "berth;" + mark_of(two);
  CHECK(marks_in(config, two) == domain::vm_marks::configured);
  CHECK(has_mark(config.tags, two));
  CHECK_FALSE(has_mark(config.tags, one));
}
