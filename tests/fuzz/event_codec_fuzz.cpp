#include "eventstore/event_codec.hpp"
#include "eventstore/event_log.hpp"
#include "eventstore/export_line.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

using namespace berth;
using namespace berth::eventstore;
using fuzz::require;

namespace {

/// What a row with this payload is exported as.
void check_export(const encoded_event& encoded) {
  stored_event row{
      .position = 1, .stream = "user-7", .version = 1, .type = std::string{encoded.type}};
  row.payload = encoded.payload;
  auto line = export_line(row);
  require(std::ranges::count(line, '\n') == 1 && line.back() == '\n',
          "an exported event is one line");
  simdjson::dom::parser parser;
  simdjson::dom::element object;
  require(parser.parse(line).get(object) == simdjson::SUCCESS, "an exported line is JSON");
  std::string_view type;
  require(object["type"].get(type) == simdjson::SUCCESS && type == encoded.type,
          "an exported line says the event's type");
}

void check_round_trip(const domain::event& event) {
  auto encoded = encode(event);
  require(encoded.has_value(), "what can be read can be written");
  require(encoded->type == type_of(event), "an event is stored under the name of its type");
  auto again = decode(encoded->type, encoded->schema_version, encoded->payload);
  require(again == event, "what is written reads back as the same event");
  require(encode(again).value() == *encoded, "equal events give equal bytes");
  check_export(*encoded);
}

} // namespace

/// Three lines: type, version, payload.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  auto type = input.line();
  auto number = input.line();
  std::uint32_t version = 0;
  std::from_chars(number.data(), number.data() + number.size(), version);
  auto payload = input.rest();
  try {
    check_round_trip(decode(type, version, payload));
  } catch (const log_error& refused) {
    require(std::string_view{refused.what()}.find(type.c_str()) != std::string_view::npos,
            "a refusal names the type of the event");
  }
  return 0;
}
