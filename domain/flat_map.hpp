#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

namespace berth::domain {

/// A map without a node for each entry: nothing but keys and values, sorted. Finding takes log2(n)
/// steps; an entry moves those between it and the nearer end when it comes or goes, so keys should
/// come in order, as those that are counted up or carry a time do. Each change invalidates what
/// points into it.
template <class Key, class Value>
class flat_map {
public:
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }

  bool contains(const Key& key) const { return find(key) != nullptr; }

  /// Nothing when there is none.
  const Value* find(const Key& key) const { return find_in(entries_, key); }
  Value* find(const Key& key) { return find_in(entries_, key); }

  /// As it was, or a new one.
  Value& operator[](const Key& key) {
    auto at = not_before(entries_, key);
    if (at == entries_.end() || at->first != key)
      at = entries_.emplace(at, key, Value{});
    return at->second;
  }

  /// Removes an entry, and gives what it held.
  std::optional<Value> extract(const Key& key) {
    auto at = not_before(entries_, key);
    if (at == entries_.end() || at->first != key)
      return std::nullopt;
    std::optional<Value> held{std::move(at->second)};
    entries_.erase(at);
    return held;
  }

private:
  using entry = std::pair<Key, Value>;

  static auto not_before(auto& entries, const Key& key) {
    return std::ranges::lower_bound(entries, key, {}, &entry::first);
  }
  static auto* find_in(auto& entries, const Key& key) {
    auto at = not_before(entries, key);
    return at != entries.end() && at->first == key ? &at->second : nullptr;
  }

  std::deque<entry> entries_;
};

} // namespace berth::domain
