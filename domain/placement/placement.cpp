#include "domain/placement/placement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace berth::domain {

namespace {

constexpr std::array<std::pair<verdict, std::string_view>, 10> verdict_names{{
    {verdict::chosen, "chosen"},
    {verdict::higher_score, "higher_score"},
    {verdict::overloaded, "overloaded"},
    {verdict::no_ram, "no_ram"},
    {verdict::no_cores, "no_cores"},
    {verdict::full, "full"},
    {verdict::offline, "offline"},
    {verdict::not_in_service, "not_in_service"},
    {verdict::no_sample, "no_sample"},
    {verdict::excluded, "excluded"},
}};

/// Two digits after the point.
std::string decimal(double value) {
  std::array<char, 32> text{};
  auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 2);
  return {text.data(), end.ptr};
}

std::string_view in_words(verdict why) {
  switch (why) {
  case verdict::chosen:
    return "chosen";
  case verdict::higher_score:
    return "not the least loaded";
  case verdict::overloaded:
    return "above 85 % load";
  case verdict::no_ram:
    return "not enough RAM left";
  case verdict::no_cores:
    return "fewer cores than the VM";
  case verdict::full:
    return "at its limit of VMs";
  case verdict::offline:
    return "offline";
  case verdict::not_in_service:
    return "draining or in maintenance";
  case verdict::no_sample:
    return "not measured yet";
  case verdict::excluded:
    return "refused this session before";
  }
  std::abort();
}

std::string describe(const considered_node& n) {
  auto text = n.node.value + " is " + std::string{in_words(n.why)} + " (";
  if (n.score > 0)
    text += "measured " + decimal(n.measured_score) + " " + std::to_string(n.sample_age_ms / 1000)
            + " s ago, with this VM " + decimal(n.score) + ", " + std::to_string(n.reserved_ram_mb)
            + " MiB reserved, ";
  return text + std::to_string(n.vms) + " of " + std::to_string(n.max_vms) + " VMs)";
}

} // namespace

std::string_view to_string(verdict why) {
  return std::ranges::find(verdict_names, why, &std::pair<verdict, std::string_view>::first)
      ->second;
}

std::optional<verdict> parse_verdict(std::string_view text) {
  auto found =
      std::ranges::find(verdict_names, text, &std::pair<verdict, std::string_view>::second);
  if (found == verdict_names.end())
    return std::nullopt;
  return found->first;
}

std::string explain(const std::vector<considered_node>& considered) {
  if (considered.empty())
    return "no node is registered";
  std::string text;
  for (const auto& n : considered) {
    if (!text.empty())
      text += "; ";
    text += describe(n);
  }
  return text;
}

std::string explain_refusal(const placement_decision& refused) {
  std::size_t nodes = 0;
  for (const auto& [why, count] : refused.verdicts)
    nodes += count;
  if (nodes <= considered_at_most)
    return explain(refused.considered);
  auto text = std::to_string(nodes) + " nodes: ";
  const auto* comma = "";
  for (const auto& [why, count] : refused.verdicts) {
    text += comma + std::to_string(count) + " " + std::string{in_words(why)};
    comma = ", ";
  }
  return text + "; the nearest: " + explain(refused.considered);
}

} // namespace berth::domain
