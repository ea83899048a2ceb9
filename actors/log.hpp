#pragma once

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace berth::actors {

enum class log_level : int {
  error, ///< a person must act
  warn,  ///< the system healed itself
  info,  ///< a session or node changed state
  debug, ///< calls and messages
};

std::optional<log_level> parse_log_level(std::string_view text);

using log_field = std::pair<std::string_view, std::string>;

/// One line per fact, in logfmt, written whole. Cheap to copy; copies share level and sink. Safe
/// from any thread. Whoever logs a secret has a bug: types that hold one cannot be turned into a
/// string.
class logger {
public:
  using sink = std::function<void(std::string_view line)>;

  /// Writes to stderr.
  explicit logger(log_level level = log_level::info);
  logger(log_level level, sink to);

  void error(std::string_view text, std::initializer_list<log_field> fields = {}) const;
  void warn(std::string_view text, std::initializer_list<log_field> fields = {}) const;
  void info(std::string_view text, std::initializer_list<log_field> fields = {}) const;
  void debug(std::string_view text, std::initializer_list<log_field> fields = {}) const;

  bool enabled(log_level level) const { return level <= level_->load(); }
  void set_level(log_level level) { level_->store(level); }

private:
  void write(log_level level, std::string_view text, std::initializer_list<log_field> fields) const;

  std::shared_ptr<std::atomic<log_level>> level_;
  std::shared_ptr<sink> sink_;
};

/// `value` as logfmt wants it: in quotes where needed, control characters escaped, cut at 2,000
/// bytes.
std::string to_logfmt(std::string_view value);

} // namespace berth::actors
