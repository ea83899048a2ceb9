#pragma once

namespace berth::tests {

/// While it exists, SQLite opens files through it, and it can be told to fail.
class faulty_disk {
public:
  faulty_disk();
  faulty_disk(const faulty_disk&) = delete;
  ~faulty_disk();

  /// Every write fails, as on a full disk.
  void fill();
  /// Every sync fails, as on a broken disk.
  void break_syncs();
  void repair();
};

} // namespace berth::tests
