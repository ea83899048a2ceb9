#include "actors/meter.hpp"

namespace berth::actors {

namespace {

class silence final : public meter {
  void committed(std::size_t, time_taken) override {}
  void proxmox_called(std::string_view, std::string_view, time_taken) override {}
  void request_answered(std::string_view, int, time_taken) override {}
  void decided(domain::vm_row) override {}
  void changed(gauge, std::int64_t) override {}
};

} // namespace

std::shared_ptr<meter> silent_meter() {
  static const auto shared = std::make_shared<silence>();
  return shared;
}

} // namespace berth::actors
