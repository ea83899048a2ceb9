#include "adapters/http/web_files.hpp"

#include "adapters/http/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace berth::http {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view nonce_marker = "__CSP_NONCE__";
/// Names below it carry a hash of their content.
constexpr std::string_view hashed = "/assets/";

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> content_types{{
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
}};

/// In order of preference.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> codings{
    {{".br", "br"}, {".gz", "gzip"}}};

std::string content_type_of(const fs::path& file) {
  auto known = std::ranges::find(content_types, file.extension().string(),
                                 [](const auto& row) { return row.first; });
  return std::string{known == content_types.end() ? "application/octet-stream" : known->second};
}

std::string read(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    throw std::runtime_error{"cannot read " + file.string()};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t'))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t'))
    text.remove_suffix(1);
  return text;
}

/// Whether Accept-Encoding names this coding, and not with a weight of 0.
bool accepts(std::string_view field, std::string_view coding) {
  while (!field.empty()) {
    auto end = field.find(',');
    auto one = field.substr(0, end);
    field = end == std::string_view::npos ? std::string_view{} : field.substr(end + 1);
    auto semicolon = one.find(';');
    if (trim(one.substr(0, semicolon)) != coding)
      continue;
    auto weight = semicolon == std::string_view::npos ? "" : trim(one.substr(semicolon + 1));
    return !(weight.starts_with("q=0")
             && weight.find_first_not_of("0.", 2) == std::string_view::npos);
  }
  return false;
}

/// Where the API answers browsers, too.
bool is_the_apis(std::string_view path) {
  constexpr std::array<std::string_view, 3> alone{"/healthz", "/readyz", "/metrics"};
  // The way to a desktop is a redirection that a browser follows.
  return path.starts_with("/api/") || path.ends_with("/desktop")
         || std::ranges::find(alone, path) != alone.end();
}

} // namespace

web_files::web_files(const fs::path& directory, std::function<std::uint64_t()> random)
    : random_(std::move(random)) {
  index_ = read(directory / "index.html");
  for (const auto& entry : fs::recursive_directory_iterator{directory}) {
    auto path = entry.path();
    auto coding = std::ranges::find(codings, path.extension().string(),
                                    [](const auto& row) { return row.first; });
    if (!entry.is_regular_file() || path == directory / "index.html")
      continue;
    auto plain = coding == codings.end() ? path : fs::path{path}.replace_extension();
    auto& known = files_["/" + plain.lexically_relative(directory).generic_string()];
    known.content_type = content_type_of(plain);
    known.bodies[coding == codings.end() ? "" : std::string{coding->second}] = read(path);
  }
  for (const auto& [path, known] : files_)
    if (!known.bodies.contains(""))
      throw std::runtime_error{directory.string() + path + " is there compressed alone"};
}

api_response web_files::page() const {
  auto high = random_();
  auto nonce = fmt::format("{:016x}{:016x}", high, random_());
  auto text = index_;
  for (auto at = text.find(nonce_marker); at != std::string::npos; at = text.find(nonce_marker, at))
    text.replace(at, nonce_marker.size(), nonce);
  return {200,
          {{"Cache-Control", "no-cache"},
           {"Vary", "Accept, Sec-Fetch-Mode"},
           {"Cross-Origin-Opener-Policy", "same-origin"},
           {"Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce
                + "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
                  "form-action 'self'; frame-ancestors 'none'; manifest-src 'self'"}},
          "text/html; charset=utf-8",
          std::move(text),
          {}};
}

std::optional<api_response> web_files::answer(const api_call& call) const {
  if (call.method != "GET" && call.method != "HEAD")
    return std::nullopt;
  auto path = std::string_view{call.target}.substr(0, call.target.find('?'));
  auto found = files_.find(path);
  if (found == files_.end()) {
    if (path.starts_with(hashed))
      return respond(not_found("there is no such file: reload the page"), call);
    if (is_navigation(call) && !is_the_apis(path))
      return page();
    return std::nullopt;
  }
  const auto& bodies = found->second.bodies;
  const auto* caching =
      path.starts_with(hashed) ? "public, max-age=31536000, immutable" : "no-cache";
  api_response sent{200,
                    {{"Cache-Control", caching}, {"Vary", "Accept-Encoding"}},
                    found->second.content_type,
                    {},
                    {}};
  for (const auto& [suffix, coding] : codings) {
    auto body = bodies.find(std::string{coding});
    if (body == bodies.end() || !accepts(call.accept_encoding, coding))
      continue;
    sent.headers.emplace_back("Content-Encoding", coding);
    sent.body = body->second;
    return sent;
  }
  sent.body = bodies.at("");
  return sent;
}

} // namespace berth::http
