#include "adapters/http/web_files.hpp"

#include "tests/support/temporary_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

using namespace berth;
using http::api_call;
using http::api_response;

namespace {

std::string header(const api_response& of, const std::string& name) {
  auto found = std::ranges::find(
      of.headers, name, [](const auto& one) -> const auto& { return one.first; });
  return found == of.headers.end() ? "" : found->second;
}

struct fixture {
  tests::temporary_directory directory;
  std::uint64_t drawn = 0;

  fixture() {
    std::filesystem::create_directory(directory / "assets");
    write("index.html", "<meta nonce=__CSP_NONCE__><style nonce=__CSP_NONCE__>");
    write("theme.js", "theme");
    write("assets/app-1a2b.js", "application");
    write("assets/app-1a2b.js.gz", "zipped");
    write("assets/app-1a2b.js.br", "brotli");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream{directory / name} << text;
  }
  http::web_files open() {
    return {directory.path(), [this] { return ++drawn; }};
  }
};

api_call get(const std::string& target, const std::string& accept = "*/*") {
  return {.method = "GET", .target = target, .accept = accept};
}

} // namespace

TEST_CASE_FIXTURE(fixture, "web: a browser that goes somewhere gets the page, a program the API") {
  auto web = open();
  for (const auto* path : {"/", "/sessions/01JD", "/admin/nodes?range=7d"}) {
    CHECK(web.answer(get(path, "text/html,application/xhtml+xml")));
    CHECK_FALSE(web.answer(get(path)));
    auto from_a_script = get(path, "text/html");
    from_a_script.sec_fetch_mode = "cors";
    CHECK_FALSE(web.answer(from_a_script));
    auto typed_in = get(path);
    typed_in.sec_fetch_mode = "navigate";
    CHECK(web.answer(typed_in));
  }
  auto posted = get("/", "text/html");
  posted.method = "POST";
  CHECK_FALSE(web.answer(posted));
}

TEST_CASE_FIXTURE(fixture, "web: HEAD is answered as GET would be") {
  auto web = open();
  for (const auto* path : {"/theme.js", "/sessions"}) {
    auto asked = get(path, "text/html");
    asked.method = "HEAD";
    auto answer = web.answer(asked);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK_FALSE(answer->body.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "web: some paths are the API's even for browsers") {
  auto web = open();
  for (const auto* path :
       {"/api/docs", "/api/v1/sessions", "/healthz", "/readyz", "/metrics", "/sessions/1/desktop"})
    CHECK_FALSE(web.answer(get(path, "text/html")));
}

TEST_CASE_FIXTURE(fixture, "web: each page has a nonce of its own, which its policy names") {
  auto web = open();
  auto first = web.answer(get("/", "text/html")).value();
  auto second = web.answer(get("/", "text/html")).value();
  CHECK(first.body != second.body);
  const std::string nonce = "00000000000000010000000000000002";
  CHECK(first.body == "<meta nonce=" + nonce + "><style nonce=" + nonce + ">");
  CHECK(header(first, "Content-Security-Policy").find("'nonce-" + nonce + "'")
        != std::string::npos);
  CHECK(header(first, "Cache-Control") == "no-cache");
}

TEST_CASE_FIXTURE(fixture, "web: files come in the best coding that the client takes") {
  auto web = open();
  auto sent = [&web](const std::string& accepted) {
    auto call = get("/assets/app-1a2b.js");
    call.accept_encoding = accepted;
    return web.answer(call).value();
  };
  CHECK(sent("gzip, deflate, br").body == "brotli");
  CHECK(header(sent("gzip, br"), "Content-Encoding") == "br");
  CHECK(sent("gzip;q=0.5, br;q=0").body == "zipped");
  CHECK(sent("gzip;q=0.0").body == "application");
  CHECK(sent("").body == "application");
  CHECK(header(sent(""), "Content-Encoding").empty());
  CHECK(header(sent(""), "Vary") == "Accept-Encoding");
  CHECK(sent("br").content_type == "text/javascript; charset=utf-8");
}

TEST_CASE_FIXTURE(fixture, "web: names with a hash are kept for ever, others are asked for again") {
  auto web = open();
  CHECK(header(*web.answer(get("/assets/app-1a2b.js")), "Cache-Control").find("immutable")
        != std::string::npos);
  CHECK(header(*web.answer(get("/theme.js")), "Cache-Control") == "no-cache");
  auto gone = web.answer(get("/assets/app-0000.js", "text/html"));
  REQUIRE(gone);
  CHECK(gone->status == 404);
}

TEST_CASE_FIXTURE(fixture, "web: nothing outside the directory can be asked for") {
  auto web = open();
  for (const auto* path : {"/../secret", "/assets/../../secret", "/theme.js/", "//theme.js"})
    CHECK_FALSE(web.answer(get(path)).value_or(api_response{404}).status == 200);
}

TEST_CASE_FIXTURE(fixture, "web: a directory without a page, or half a build, is refused") {
  write("lonely.js.gz", "zipped");
  CHECK_THROWS_AS(open(), std::runtime_error);
  std::filesystem::remove(directory / "lonely.js.gz");
  std::filesystem::remove(directory / "index.html");
  CHECK_THROWS_AS(open(), std::runtime_error);
}
