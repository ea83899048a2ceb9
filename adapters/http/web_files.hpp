#pragma once

#include "adapters/http/api_call.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace berth::http {

/// The web application as its build left it: a page and what the page loads, held in memory.
class web_files {
public:
  /// Reads everything below `directory`: index.html, with `__CSP_NONCE__` wherever a nonce belongs,
  /// and files that may have compressed twins beside them (`.br`, `.gz`). `random` gives 64 uniform
  /// bits per call that nobody can guess. Throws std::runtime_error when there is no index.html.
  web_files(const std::filesystem::path& directory, std::function<std::uint64_t()> random);

  /// The file that is asked for, or the page when a browser goes somewhere; nothing when the
  /// request is the API's. People and programs share paths: the request's own words tell them
  /// apart.
  std::optional<api_response> answer(const api_call& call) const;

private:
  struct file {
    std::string content_type;
    std::map<std::string, std::string> bodies; ///< by content coding; empty: as it is
  };
  api_response page() const;

  std::string index_;
  std::map<std::string, file, std::less<>> files_; ///< by path, from the leading slash on
  std::function<std::uint64_t()> random_;
};

} // namespace berth::http
