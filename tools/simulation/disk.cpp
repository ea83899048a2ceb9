#include "tools/simulation/disk.hpp"

#include "tools/simulation/disk_files.hpp"

#include <mutex>
#include <utility>

namespace berth::simulation {

std::string_view name_of(disk_call call) {
  switch (call) {
  case disk_call::open:
    return "open";
  case disk_call::write:
    return "write";
  case disk_call::sync:
    return "sync";
  case disk_call::truncate:
    return "truncate";
  case disk_call::remove:
    return "remove";
  }
  return {};
}

simulated_disk::simulated_disk(disk_image holding)
    : files_{std::make_unique<disk_files>(std::move(holding))} {}

simulated_disk::~simulated_disk() = default;

void simulated_disk::set_hook(disk_hook hook) {
  auto shared = std::make_shared<const disk_hook>(std::move(hook));
  std::scoped_lock all{files_->mutex};
  files_->hook = std::move(shared);
}

std::uint64_t simulated_disk::operations() const {
  std::scoped_lock all{files_->mutex};
  return files_->operations;
}

disk_image simulated_disk::image() const {
  std::scoped_lock all{files_->mutex};
  return files_->image;
}

void simulated_disk::freeze() {
  std::scoped_lock all{files_->mutex};
  files_->end_process();
}

void simulated_disk::thaw() {
  std::scoped_lock all{files_->mutex};
  files_->frozen = false;
}

void simulated_disk::lose_power(const std::function<std::uint64_t()>& random,
                                std::size_t sector_size) {
  std::scoped_lock all{files_->mutex};
  files_->end_process();
  auto share = random();
  files_->image.lose_power([&] { return random() < share; }, sector_size);
}

void simulated_disk::flip_bit(const std::string& file, std::uint64_t offset, unsigned bit) {
  std::scoped_lock all{files_->mutex};
  files_->image.flip_bit(files_->image.find(file).value(), offset, bit);
}

} // namespace berth::simulation
