#include "adapters/proxmox/guest_address.hpp"
#include "adapters/proxmox/pve_api.hpp"
#include "adapters/proxmox/pve_json.hpp"

#include <doctest/doctest.h>

using namespace berth;
using namespace berth::proxmox;

namespace {

struct parsed {
  explicit parsed(const std::string& text) : padded{text}, root{parser.parse(padded)} {}

  simdjson::padded_string padded;
  simdjson::dom::parser parser;
  json_element root;
};

constexpr auto mac = "bc:24:11:2e:c5:4a";

std::optional<std::string> address_in(const std::string& data) {
  parsed json{data};
  return choose_address(json.root, mac);
}

} // namespace

TEST_CASE("pve json: numbers may be texts, and texts numbers") {
  parsed json{R"({"vmid":"700123","pid":42,"cpu":"0.25","memory":8192,"mem":1.5e3})"};
  CHECK(integer_field(json.root, "vmid") == 700123);
  CHECK(integer_field(json.root, "pid") == 42);
  CHECK(number_field(json.root, "cpu") == 0.25);
  CHECK(text_field(json.root, "memory") == "8192");
  CHECK(integer_field(json.root, "mem") == 1500);
}

TEST_CASE("pve json: flags may be 0 and 1, or true and false") {
  parsed json{R"({"template":1,"running":true,"agent":"1","onboot":false})"};
  CHECK(integer_field(json.root, "template") == 1);
  CHECK(integer_field(json.root, "running") == 1);
  CHECK(integer_field(json.root, "agent") == 1);
  CHECK(integer_field(json.root, "onboot") == 0);
}

TEST_CASE("pve json: what is absent, null or of another kind is not zero") {
  parsed json{R"({"mem":null,"cpu":{},"uptime":"soon","maxmem":1e300})"};
  CHECK_FALSE(integer_field(json.root, "mem"));
  CHECK_FALSE(number_field(json.root, "cpu"));
  CHECK_FALSE(integer_field(json.root, "uptime"));
  CHECK_FALSE(integer_field(json.root, "maxmem"));
  CHECK_FALSE(integer_field(json.root, "disk"));
  CHECK_FALSE(text_field(json.root, "cpu"));
}

TEST_CASE("pve form: nothing passes that Proxmox takes for a separator") {
  CHECK(encode({{"tags", "a;b"}, {"net0", "virtio,bridge=vmbr0"}, {"x", "1+1 &\xc3\xa9"}})
        == "tags=a%3Bb&net0=virtio%2Cbridge%3Dvmbr0&x=1%2B1%20%26%C3%A9");
  CHECK(percent_encode("UPID:pve1:0003A1F2:berth@pve!broker:")
        == "UPID%3Apve1%3A0003A1F2%3Aberth%40pve%21broker%3A");
}

// -- addresses -------------------------------------------------------------------

TEST_CASE("guest address: the card of net0 is found by its MAC in either case") {
  CHECK(mac_of("virtio=BC:24:11:2E:C5:4A,bridge=vmbr0,tag=40") == mac);
  CHECK(mac_of("").empty());
  CHECK(mac_of("virtio,bridge=vmbr0,tag=40").empty());
  CHECK(address_in(R"({"result":[
      {"name":"docker0","hardware-address":"02:42:9a:01:02:03",
       "ip-addresses":[{"ip-address":"172.17.0.1","ip-address-type":"ipv4"}]},
      {"name":"eth0","hardware-address":"BC:24:11:2E:C5:4A",
       "ip-addresses":[{"ip-address":"10.0.40.9","ip-address-type":"ipv4"}]}]})")
        == "10.0.40.9");
}

TEST_CASE("guest address: without a MAC it is nobody's, though a tunnel has none either") {
  parsed json{R"({"result":[{"name":"wg0","ip-addresses":[{"ip-address":"10.99.0.2"}]}]})"};
  CHECK_FALSE(choose_address(json.root, ""));
}

TEST_CASE("guest address: IPv4 comes first, IPv6 will do") {
  CHECK(address_in(R"({"result":[{"hardware-address":"bc:24:11:2e:c5:4a","ip-addresses":[
      {"ip-address":"2001:db8::9"},{"ip-address":"10.0.40.9"}]}]})")
        == "10.0.40.9");
  CHECK(address_in(R"({"result":[{"hardware-address":"bc:24:11:2e:c5:4a","ip-addresses":[
      {"ip-address":"fe80::1"},{"ip-address":"2001:db8::9"}]}]})")
        == "2001:db8::9");
}

TEST_CASE("guest address: loopback, link-local and half-configured cards have none") {
  for (const auto* address :
       {"127.0.0.1", "::1", "169.254.12.7", "fe80::b51b:d3df:15df:19eb%3", "0.0.0.0", "junk"}) {
    CAPTURE(address);
    CHECK_FALSE(address_in(R"({"result":[{"hardware-address":"bc:24:11:2e:c5:4a",)"
                           R"("ip-addresses":[{"ip-address":")"
                           + std::string{address} + R"("}]}]})"));
  }
}

TEST_CASE("guest address: a card without addresses yet, and an agent that refuses, give none") {
  CHECK_FALSE(address_in(R"({"result":[{"name":"eth0","hardware-address":"bc:24:11:2e:c5:4a"}]})"));
  CHECK_FALSE(address_in(R"({"result":{"error":{"class":"CommandDisabled","desc":"no"}}})"));
}
