#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/populated_api.hpp"
#include "tests/fuzz/raw_request.hpp"

using namespace berth;
using fuzz::require;

namespace {

/// The fixture's own checks are doctest's, which knows only tests.
class outside_of_tests {
public:
  outside_of_tests() {
    context_.setAsDefaultForAssertsOutOfTestCases();
    context_.setAssertHandler(
        [](const doctest::AssertData& check) { require(!check.m_failed, check.m_expr); });
  }

private:
  doctest::Context context_;
};

bool holds(const http::api_response& response, std::string_view text) {
  for (const auto& [name, value] : response.headers)
    if (value.find(text) != std::string::npos)
      return true;
  return response.body.find(text) != std::string::npos;
}

void check_answer(const http::api_call& call) {
  fuzz::populated_api api;
  auto answer = api.answer(call);
  require(answer.status < 500 || call.target.find("/readyz") != std::string::npos,
          "no request makes the broker fail");
  if (answer.feed)
    return;
  fuzz::check_response(answer, call);
  if (!call.authorization.empty() && call.target.find("berth_") == std::string::npos
      && call.body.find("berth_") == std::string::npos)
    require(!holds(answer, "berth_engineer") && !holds(answer, "berth_admin"),
            "no answer repeats the token it was asked with");
}

} // namespace

/// The bytes of a request.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const outside_of_tests prepared;
  auto got = fuzz::read_request({reinterpret_cast<const char*>(data), size}, size + 1);
  if (!got.refusal)
    check_answer(*got.call);
  return 0;
}
