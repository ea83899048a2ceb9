#include "domain/template/vm_template.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace berth::domain;

namespace {

template_spec kali() {
  return {.name = "Kali",
          .os = os_type::kali,
          .protocol = desktop_protocol::vnc,
          .source = {9002},
          .tags = {"security-lab"}};
}

vm_template created() {
  return evolve({}, template_created{{3}, kali()});
}

} // namespace

TEST_CASE("template: a new one is active") {
  CHECK(decide(vm_template{}, create_template{{3}, kali()}).value()
        == std::vector<template_event>{template_created{{3}, kali()}});
  CHECK(created() == vm_template{{3}, kali(), true});
}

TEST_CASE("template: creating it again is nothing new, creating another in its place is refused") {
  CHECK(decide(created(), create_template{{3}, kali()})->empty());
  auto other = kali();
  other.name = "Other";
  CHECK(decide(created(), create_template{{3}, other}).error().code
        == refusal_code::not_in_this_state);
}

TEST_CASE("template: changing it replaces its specification") {
  auto larger = kali();
  larger.ram_mb = 8192;
  CHECK(decide(created(), change_template{kali()})->empty());
  auto events = decide(created(), change_template{larger});
  REQUIRE(events.has_value());
  CHECK(evolve(created(), events->at(0)).spec.ram_mb == 8192);
}

TEST_CASE("template: disabling and enabling work once each") {
  auto now = evolve(created(), decide(created(), disable_template{})->at(0));
  CHECK_FALSE(now.is_active);
  CHECK(decide(now, disable_template{})->empty());
  now = evolve(now, decide(now, enable_template{})->at(0));
  CHECK(now.is_active);
  CHECK(decide(now, enable_template{})->empty());
}

TEST_CASE("template: each value out of its range is refused") {
  using spoil = std::function<void(template_spec&)>;
  for (const auto& spoiled :
       {spoil{[](auto& s) { s.name.clear(); }}, spoil{[](auto& s) { s.name.assign(101, 'x'); }},
        spoil{[](auto& s) { s.source = {99}; }}, spoil{[](auto& s) { s.source = {1'000'000'000}; }},
        spoil{[](auto& s) { s.cpu_cores = 0; }}, spoil{[](auto& s) { s.cpu_cores = 129; }},
        spoil{[](auto& s) { s.ram_mb = 15; }}, spoil{[](auto& s) { s.ram_mb = 4'194'305; }},
        spoil{[](auto& s) { s.disk_gb = 0; }}, spoil{[](auto& s) { s.disk_gb = 65'537; }},
        spoil{[](auto& s) { s.tags.assign(33, "x"); }}, spoil{[](auto& s) { s.tags = {""}; }},
        spoil{[](auto& s) { s.desktop_port = 65'536; }},
        spoil{[](auto& s) { s.desktop_user.assign(33, 'x'); }}}) {
    auto spec = kali();
    spoiled(spec);
    auto events = decide(vm_template{}, create_template{{3}, spec});
    REQUIRE(events.has_error());
    CHECK(events.error().code == refusal_code::invalid);
  }
}

TEST_CASE("template: a desktop listens at its protocol's usual port unless another is named") {
  auto spec = kali();
  CHECK(desktop_port_of(spec) == 5900);
  spec.protocol = desktop_protocol::rdp;
  CHECK(desktop_port_of(spec) == 3389);
  spec.protocol = desktop_protocol::ssh;
  CHECK(desktop_port_of(spec) == 22);
  spec.desktop_port = 3390;
  CHECK(desktop_port_of(spec) == 3390);
  CHECK(decide(vm_template{}, create_template{{3}, spec}).has_value());
}

TEST_CASE("template: what does not exist cannot change") {
  CHECK(decide(vm_template{}, change_template{kali()}).error().code == refusal_code::unknown);
  CHECK(decide(vm_template{}, disable_template{}).error().code == refusal_code::unknown);
  CHECK_THROWS_AS(evolve(vm_template{}, template_disabled{}), corrupt_history);
  CHECK_THROWS_AS(evolve(created(), template_created{{3}, kali()}), corrupt_history);
}

TEST_CASE("template: names of systems and protocols are read as they are written") {
  for (auto os : {os_type::windows, os_type::linux, os_type::kali})
    CHECK(parse_os_type(to_string(os)) == os);
  for (auto protocol : {desktop_protocol::rdp, desktop_protocol::vnc, desktop_protocol::ssh})
    CHECK(parse_desktop_protocol(to_string(protocol)) == protocol);
  CHECK_FALSE(parse_os_type("Windows"));
  CHECK_FALSE(parse_desktop_protocol(""));
}
