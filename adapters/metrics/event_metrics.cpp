#include "adapters/metrics/event_metrics.hpp"

#include "adapters/metrics/families.hpp"
#include "domain/session/session.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace berth::metrics {

namespace {

using domain::session_status;

/// Seconds: a linked clone boots in half a minute, a full one may take ten.
const prometheus::Histogram::BucketBoundaries of_launches{1,  2.5, 5,  10,  15,  20,  30,
                                                          45, 60,  90, 120, 180, 300, 600};

std::string text(session_status status) {
  return std::string{domain::to_string(status)};
}

std::string text(domain::template_id id) {
  return std::to_string(id.value);
}

session_status status_after(domain::end_reason reason) {
  return reason == domain::end_reason::provisioning_failed ? session_status::failed
                                                           : session_status::expired;
}

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

double score_of(const domain::node_sample& sample) {
  return domain::load_score(
      share(static_cast<double>(sample.ram_used_mb), static_cast<double>(sample.ram_total_mb)),
      sample.cpu);
}

} // namespace

event_metrics::event_metrics(std::shared_ptr<prometheus::Registry> registry)
    : registry_(std::move(registry)),
      launches_(counters(*registry_, "berth_launches_total", "Sessions that were requested.")),
      ends_(counters(*registry_, "berth_session_ends_total",
                     "Sessions that ended after they had begun, by reason.")),
      failures_(counters(*registry_, "berth_launch_failures_total",
                         "Sessions that never became active, by reason.")),
      failed_attempts_(counters(*registry_, "berth_attempts_failed_total",
                                "Attempts to make a VM that were given up.")),
      time_to_active_(histograms(*registry_, "berth_time_to_active_seconds",
                                 "Time from a request to the session's being active.")),
      sessions_(gauges(*registry_, "berth_sessions",
                       "Sessions that are not closed; ended ones while a VM is left.")),
      node_load_(gauges(*registry_, "berth_node_load",
                        "Load score of a node that answers: 0.7 RAM share + 0.3 CPU share.")),
      node_online_(gauges(*registry_, "berth_node_online", "Whether a node answers: 1 or 0.")),
      differences_(gauges(*registry_, "berth_differences",
                          "Open differences between the event log and the cluster, by kind.")),
      position_(lone_gauge(*registry_, "berth_log_position",
                           "Position in the event log up to which these metrics count.")),
      active_(sessions_.Add({{"status", text(session_status::active)}})) {
  for (auto status : {session_status::pending, session_status::expired, session_status::failed})
    sessions_.Add({{"status", text(status)}});
  show_differences();
}

void event_metrics::begin(const std::vector<domain::session_id>& open,
                          const std::vector<eventstore::session_row>& rows,
                          const std::vector<eventstore::recorded_event>& differences,
                          std::uint64_t head) {
  for (const auto& id : open)
    inactive_.try_emplace(id);
  for (const auto& row : rows) {
    inactive_[row.id] = {row.from_template, row.created_at};
    show(row.id, row.status);
  }
  for (const auto& recorded : differences)
    if (const auto* event = std::get_if<domain::reconciliation_event>(&recorded.event);
        event && recorded.position <= head)
      count(*event, recorded.recorded_at);
  position_.Set(static_cast<double>(head));
}

void event_metrics::count(const eventstore::recorded_event& happened) {
  position_.Set(static_cast<double>(happened.position));
  if (const auto* of_session = std::get_if<domain::session_event>(&happened.event)) {
    if (auto id = eventstore::session_of(happened.stream))
      count(*id, *of_session, happened.recorded_at);
  } else if (const auto* of_node = std::get_if<domain::node_event>(&happened.event)) {
    if (std::holds_alternative<domain::node_removed>(*of_node))
      forget_node(happened.stream);
  } else if (const auto* of_cluster = std::get_if<domain::reconciliation_event>(&happened.event))
    count(*of_cluster, happened.recorded_at);
}

void event_metrics::count(const domain::reconciliation_event& happened, domain::time_point at) {
  reconciliation_ = domain::evolve(std::move(reconciliation_), happened, at);
  show_differences();
}

void event_metrics::show_differences() {
  auto counts = domain::count_open(reconciliation_);
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    std::string name{domain::to_string(static_cast<domain::difference_kind>(kind))};
    differences_.Add({{"kind", name}}).Set(static_cast<double>(counts[kind]));
  }
}

void event_metrics::count(const domain::session_id& id, const domain::session_event& happened,
                          domain::time_point at) {
  if (const auto* requested = std::get_if<domain::session_requested>(&happened)) {
    launches_.Add({{"template", text(requested->from_template)}}).Increment();
    inactive_[id] = {requested->from_template, at};
    show(id, text(session_status::pending));
  } else if (std::holds_alternative<domain::session_activated>(happened)) {
    activate(id, at);
  } else if (const auto* attempt = std::get_if<domain::attempt_failed>(&happened)) {
    failed_attempts_.Add({{"fault", std::string{domain::to_string(attempt->fault)}}}).Increment();
  } else if (const auto* failed = std::get_if<domain::session_failed>(&happened)) {
    failures_.Add({{"reason", std::string{domain::to_string(failed->reason)}}}).Increment();
    show(id, text(status_after(failed->reason)));
  } else if (const auto* ended = std::get_if<domain::session_ended>(&happened)) {
    ends_.Add({{"reason", std::string{domain::to_string(ended->reason)}}}).Increment();
    show(id, text(status_after(ended->reason)));
  } else if (std::holds_alternative<domain::session_closed>(happened))
    close(id);
}

void event_metrics::activate(const domain::session_id& id, domain::time_point at) {
  auto found = inactive_.find(id);
  if (found == inactive_.end())
    return; // Its row said so before.
  const auto& session = found->second;
  if (session.counted_in != nullptr) {
    std::chrono::duration<double> took = at - session.requested_at;
    time_to_active_.Add({{"template", text(session.from_template)}}, of_launches)
        .Observe(took.count());
  }
  show(id, text(session_status::active));
}

void event_metrics::close(const domain::session_id& id) {
  auto closed = inactive_.extract(id);
  if (closed && closed.mapped().counted_in != nullptr)
    closed.mapped().counted_in->Decrement();
}

/// Counts a session, of which nothing was known but that it was active, or what `inactive_` says.
void event_metrics::show(const domain::session_id& id, const std::string& status) {
  auto [at, was_active] = inactive_.try_emplace(id);
  auto*& counted_in = at->second.counted_in;
  if (auto* before = was_active ? &active_ : counted_in)
    before->Decrement();
  counted_in = &sessions_.Add({{"status", status}});
  counted_in->Increment();
  if (counted_in == &active_)
    inactive_.erase(at);
}

void event_metrics::measure(const domain::node_sample& sample) {
  auto& node = nodes_[sample.node];
  const prometheus::Labels labels{{"node", sample.node.value}};
  node.online = &node_online_.Add(labels);
  node.online->Set(sample.online ? 1 : 0);
  if (!sample.online)
    return hide_load(node);
  node.load = &node_load_.Add(labels);
  node.load->Set(score_of(sample));
}

void event_metrics::hide_load(node_gauges& node) {
  if (node.load != nullptr)
    node_load_.Remove(std::exchange(node.load, nullptr));
}

void event_metrics::forget_node(const std::string& stream) {
  auto is_it = [&stream](const auto& known) {
    return eventstore::stream_of(known.first) == stream;
  };
  auto found = std::ranges::find_if(nodes_, is_it);
  if (found == nodes_.end())
    return;
  hide_load(found->second);
  node_online_.Remove(found->second.online);
  nodes_.erase(found);
}

} // namespace berth::metrics
