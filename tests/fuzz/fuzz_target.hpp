#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

/// One input. libFuzzer calls it with what it makes up, `replay.cpp` with what the corpus holds.
/// Returns 0; an input for which a property does not hold ends the program.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace berth::fuzz {

/// Ends the program, which the fuzzer takes for a crash, unless the property holds.
inline void require(bool holds, const char* property) {
  if (holds)
    return;
  std::fprintf(stderr, "fuzz: this does not hold: %s\n", property);
  std::abort();
}

/// An input as text, taken bit by bit from its beginning.
class fuzz_input {
public:
  fuzz_input(const std::uint8_t* data, std::size_t size)
      : left_(reinterpret_cast<const char*>(data), size) {}

  /// Up to the next line feed, which is skipped; all that is left when there is none.
  std::string line() {
    std::string text{left_.substr(0, left_.find('\n'))};
    left_.remove_prefix(text.size() < left_.size() ? text.size() + 1 : text.size());
    return text;
  }

  std::string rest() { return std::string{std::exchange(left_, {})}; }
  bool empty() const { return left_.empty(); }

private:
  std::string_view left_;
};

} // namespace berth::fuzz
