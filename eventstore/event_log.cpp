#include "eventstore/event_log.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace berth::eventstore {

namespace {

// The range of Proxmox (pve-vmid in its API schema).
constexpr std::uint32_t first_vmid = 100;
constexpr std::uint32_t last_vmid = 999'999'999;

bool is_label(const std::string& text) {
  return !text.empty() && simdjson::validate_utf8(text);
}

} // namespace

std::optional<std::string> fault_of(const append_request& request) {
  if (!is_label(request.stream))
    return "a stream's name is text that is not empty";
  if (!is_label(request.because.actor))
    return "an actor's name is text that is not empty";
  if (request.events.empty())
    return "there is nothing to append";
  if (request.reserves
      && (request.reserves->value < first_vmid || request.reserves->value > last_vmid))
    return "a VMID is 100 to 999999999";
  return std::nullopt;
}

std::optional<std::string> encode_events(append_request& request) {
  if (request.encoded.size() == request.events.size())
    return std::nullopt;
  std::vector<encoded_event> all;
  all.reserve(request.events.size());
  for (const auto& event : request.events) {
    auto encoded = encode(event);
    if (encoded.has_error())
      return encoded.error().detail;
    all.push_back(std::move(*encoded));
  }
  request.encoded = std::move(all);
  return std::nullopt;
}

bool event_filter::matches(const recorded_event& event) const {
  return (!stream || event.stream == *stream) && (!type || type_of(event.event) == *type)
         && (!actor || event.because.actor == *actor) && (!since || event.recorded_at >= *since)
         && (!until || event.recorded_at <= *until);
}

} // namespace berth::eventstore
