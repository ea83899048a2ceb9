#include "tools/simulation/disk_image.hpp"

#include <doctest/doctest.h>

#include <string>

/// What survives a loss of power.
using berth::simulation::disk_image;

namespace {

constexpr std::size_t sector = 512;

/// A file whose name and first bytes are safe.
struct fixture {
  disk_image disk;
  disk_image::file_id file = disk.create("log");

  explicit fixture(const std::string& bytes = std::string(1000, 'a')) {
    disk.sync_names();
    disk.write(file, 0, bytes);
    disk.sync(file);
  }

  void lose_all() {
    disk.lose_power([] { return false; }, sector);
  }
  void lose_nothing() {
    disk.lose_power([] { return true; }, sector);
  }
  /// Keeps every second unsafe thing, beginning with the first.
  void lose_half() {
    disk.lose_power([keeps = false]() mutable { return keeps = !keeps; }, sector);
  }
  const std::string& bytes() const { return disk.bytes(file); }
};

} // namespace

TEST_CASE("disk image: what was synced survives a loss of power") {
  fixture with;
  with.disk.write(with.file, 500, "new");
  with.disk.sync(with.file);
  CHECK(with.disk.is_safe());
  with.lose_all();
  CHECK(with.bytes().substr(499, 5) == "anewa");
}

TEST_CASE("disk image: what was not synced may vanish, and is as it was before") {
  fixture with;
  with.disk.write(with.file, 500, "new");
  with.disk.truncate(with.file, 501);
  with.disk.write(with.file, 700, "after a gap");
  CHECK(with.bytes().size() == 711);
  CHECK_FALSE(with.disk.is_safe());
  with.lose_all();
  CHECK(with.bytes() == std::string(1000, 'a'));
  CHECK(with.disk.is_safe());
}

TEST_CASE("disk image: what was not synced may also survive") {
  fixture with;
  with.disk.write(with.file, 500, "new");
  with.disk.truncate(with.file, 502);
  auto before = with.bytes();
  with.lose_nothing();
  CHECK(with.bytes() == before);
}

TEST_CASE("disk image: writes are lost sector by sector") {
  fixture with;
  // Three pieces: to the end of the first sector, the second one, and some of the third.
  with.disk.write(with.file, 500, std::string(600, 'b'));
  with.lose_half();
  CHECK(with.bytes().substr(0, 500) == std::string(500, 'a'));
  CHECK(with.bytes().substr(500, 12) == std::string(12, 'b'));
  CHECK(with.bytes().substr(512, 488) == std::string(488, 'a'));
  CHECK(with.bytes().substr(1000, 24) == std::string(24, '\0'));
  CHECK(with.bytes().substr(1024) == std::string(76, 'b'));
}

TEST_CASE("disk image: a later write can survive an earlier one") {
  fixture with{"aaaa"};
  with.disk.write(with.file, 0, "bbbb");
  with.disk.write(with.file, 0, "cc");
  with.disk.lose_power([calls = 0]() mutable { return ++calls == 2; }, sector);
  CHECK(with.bytes() == "ccaa");
}

TEST_CASE("disk image: names are safe when the folder was synced") {
  fixture with;
  auto created = with.disk.create("new");
  with.disk.write(created, 0, "bytes");
  with.disk.sync(created);
  with.disk.remove("log");
  with.lose_all();
  CHECK(with.disk.find("log") == with.file);
  CHECK_FALSE(with.disk.find("new").has_value());

  with.disk.remove("log");
  with.disk.sync_names();
  with.lose_all();
  CHECK_FALSE(with.disk.find("log").has_value());
}

TEST_CASE("disk image: a sync that failed leaves its writes unsafe, also after a later one") {
  fixture with{"aaaa"};
  with.disk.write(with.file, 0, "b");
  with.disk.fail_sync(with.file);
  with.disk.write(with.file, 2, "c");
  with.disk.sync(with.file);
  CHECK_FALSE(with.disk.is_safe());
  with.lose_all();
  CHECK(with.bytes() == "aaca");
}

TEST_CASE("disk image: what a failed sync left unsafe is safe when it was written again") {
  fixture with{"aaaa"};
  with.disk.write(with.file, 0, "b");
  with.disk.fail_sync(with.file);
  with.disk.write(with.file, 0, "b");
  with.disk.sync(with.file);
  with.lose_all();
  CHECK(with.bytes() == "baaa");
}

TEST_CASE("disk image: a copy is another disk") {
  fixture with;
  auto copy = with.disk;
  copy.write(with.file, 0, "changed");
  CHECK(with.bytes().front() == 'a');
  copy.flip_bit(with.file, 0, 0);
  CHECK(copy.bytes(with.file).front() == 'b');
}
