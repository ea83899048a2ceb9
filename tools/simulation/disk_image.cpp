#include "tools/simulation/disk_image.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace berth::simulation {

namespace {

/// Writes over what is at `offset`, behind zeros when the end is before it.
void put(std::string& bytes, std::uint64_t offset, std::string_view piece) {
  if (piece.empty())
    return;
  bytes.resize(std::max<std::size_t>(bytes.size(), offset + piece.size()));
  piece.copy(bytes.data() + offset, piece.size());
}

} // namespace

// -- names ----------------------------------------------------------------------

std::optional<disk_image::file_id> disk_image::find(const std::string& name) const {
  auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : std::optional{found->second};
}

disk_image::file_id disk_image::create(const std::string& name) {
  files_[++last_id_];
  names_[name] = last_id_;
  return last_id_;
}

void disk_image::remove(const std::string& name) {
  names_.erase(name);
}

void disk_image::sync_names() {
  safe_names_ = names_;
}

// -- bytes ----------------------------------------------------------------------

void disk_image::write(file_id id, std::uint64_t offset, std::string_view written) {
  auto& [bytes, changes] = files_.at(id);
  auto size = bytes.size();
  changes.push_back({.kind = change_kind::write,
                     .offset = offset,
                     .length = written.size(),
                     .size = size,
                     .replaced = offset < size ? bytes.substr(offset, written.size()) : ""});
  put(bytes, offset, written);
}

void disk_image::truncate(file_id id, std::uint64_t size) {
  auto& [bytes, changes] = files_.at(id);
  changes.push_back({.kind = change_kind::truncation,
                     .offset = size,
                     .length = 0,
                     .size = bytes.size(),
                     .replaced = size < bytes.size() ? bytes.substr(size) : ""});
  bytes.resize(size);
}

void disk_image::sync(file_id id) {
  auto& synced = files_.at(id);
  for (auto& change : synced.changes)
    if (change.state == change_state::unsafe)
      change.state = change_state::safe;
  forget_safe_changes(synced);
}

void disk_image::fail_sync(file_id id) {
  for (auto& change : files_.at(id).changes)
    if (change.state == change_state::unsafe)
      change.state = change_state::abandoned;
}

void disk_image::flip_bit(file_id id, std::uint64_t offset, unsigned bit) {
  auto& byte = files_.at(id).bytes.at(offset);
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << bit));
}

void disk_image::forget_safe_changes(file& in) {
  auto is_safe = [](const change& one) { return one.state == change_state::safe; };
  in.changes.erase(in.changes.begin(), std::ranges::find_if_not(in.changes, is_safe));
}

// -- the loss of power ------------------------------------------------------------

bool disk_image::is_safe() const {
  return names_ == safe_names_
         && std::ranges::all_of(files_, [](const auto& one) { return one.second.changes.empty(); });
}

void disk_image::lose_power(const std::function<bool()>& survives, std::size_t sector_size) {
  std::set<std::string> changed;
  for (const auto& [name, id] : names_)
    changed.insert(name);
  for (const auto& [name, id] : safe_names_)
    changed.insert(name);
  for (const auto& name : changed) {
    auto now = names_.find(name);
    auto safe = safe_names_.find(name);
    bool same = now != names_.end() && safe != safe_names_.end() && now->second == safe->second;
    if (same || survives())
      continue;
    if (safe == safe_names_.end())
      names_.erase(now);
    else
      names_[name] = safe->second;
  }
  safe_names_ = names_;
  std::set<file_id> named;
  for (const auto& [name, id] : names_)
    named.insert(id);
  std::erase_if(files_, [&](const auto& one) { return !named.contains(one.first); });
  for (auto& [id, file] : files_)
    lose_power(file, survives, sector_size);
}

void disk_image::lose_power(file& in, const std::function<bool()>& survives,
                            std::size_t sector_size) {
  auto& bytes = in.bytes;
  // Backwards to the last state that is safe, keeping what each write wrote.
  for (auto change = in.changes.rbegin(); change != in.changes.rend(); ++change) {
    auto written = bytes.substr(change->offset, change->length);
    bytes.resize(change->size);
    put(bytes, change->offset, change->replaced);
    change->replaced = std::move(written);
  }
  // And forwards again with what survives.
  for (const auto& change : in.changes) {
    auto is_kept = [&] { return change.state == change_state::safe || survives(); };
    if (change.kind == change_kind::truncation) {
      if (is_kept())
        bytes.resize(change.offset);
      continue;
    }
    for (std::size_t done = 0; done < change.length;) {
      auto at = change.offset + done;
      auto length = std::min<std::size_t>(change.length - done, sector_size - at % sector_size);
      if (is_kept())
        put(bytes, at, std::string_view{change.replaced}.substr(done, length));
      done += length;
    }
  }
  in.changes.clear();
}

} // namespace berth::simulation
