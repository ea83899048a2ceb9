#include "adapters/http/reconciliation_json.hpp"
#include "adapters/http/routes.hpp"

namespace berth::http {

namespace {

template <class Message>
void report(exchange& x, Message wanted, int status) {
  x.ask<actors::reconciliation_report>(
      x.with().reconciler, wanted,
      [status](exchange& y, const actors::reconciliation_report& found) {
        y.answer(status, write_reconciliation(found, y.now()));
      });
}

} // namespace

void show_reconciliation(exchange x) {
  if (!refuses_query(x, {}))
    report(x, actors::get_reconciliation{}, 200);
}

void reconcile_now(exchange x) {
  if (!refuses_query(x, {}))
    report(x, actors::reconcile_now{}, 202);
}

} // namespace berth::http
