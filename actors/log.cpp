#include "actors/log.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace berth::actors {

namespace {

constexpr std::string_view level_names[] = {"error", "warn", "info", "debug"};
constexpr std::size_t longest_value = 2000;

/// One write per line, so that lines of several threads do not mix. Nothing can be done about a
/// failed one.
void write_to_stderr(std::string_view line) {
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace

std::optional<log_level> parse_log_level(std::string_view text) {
  for (int level = 0; level < 4; ++level)
    if (level_names[level] == text)
      return static_cast<log_level>(level);
  return std::nullopt;
}

std::string to_logfmt(std::string_view value) {
  value = value.substr(0, longest_value);
  bool plain = !value.empty();
  for (unsigned char c : value)
    plain = plain && c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  if (plain)
    return std::string{value};
  std::string quoted = "\"";
  for (unsigned char c : value) {
    if (c == '"' || c == '\\')
      quoted += {'\\', static_cast<char>(c)};
    else if (c == '\n')
      quoted += "\\n";
    else if (c < ' ' || c == 0x7f)
      quoted += fmt::format("\\x{:02x}", c);
    else
      quoted += static_cast<char>(c);
  }
  return quoted + '"';
}

logger::logger(log_level level) : logger(level, write_to_stderr) {}

logger::logger(log_level level, sink to)
    : level_(std::make_shared<std::atomic<log_level>>(level)),
      sink_(std::make_shared<sink>(std::move(to))) {}

void logger::error(std::string_view text, std::initializer_list<log_field> fields) const {
  write(log_level::error, text, fields);
}
void logger::warn(std::string_view text, std::initializer_list<log_field> fields) const {
  write(log_level::warn, text, fields);
}
void logger::info(std::string_view text, std::initializer_list<log_field> fields) const {
  write(log_level::info, text, fields);
}
void logger::debug(std::string_view text, std::initializer_list<log_field> fields) const {
  write(log_level::debug, text, fields);
}

void logger::write(log_level level, std::string_view text,
                   std::initializer_list<log_field> fields) const {
  if (!enabled(level))
    return;
  auto line = fmt::format("level={} msg={}", level_names[static_cast<int>(level)], to_logfmt(text));
  for (const auto& [key, value] : fields)
    line += fmt::format(" {}={}", key, to_logfmt(value));
  line += '\n';
  (*sink_)(line);
}

} // namespace berth::actors
