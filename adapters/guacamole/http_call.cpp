#include "adapters/guacamole/http_call.hpp"

#include <array>
#include <memory>
#include <string_view>

#include <curl/curl.h>

namespace berth::guacamole {

namespace {

constexpr long connect_timeout_s = 5;
constexpr long whole_timeout_s = 10;
constexpr std::size_t most_bytes = 1 << 20;

struct free_headers {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using header_list = std::unique_ptr<curl_slist, free_headers>;

struct free_handle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using handle = std::unique_ptr<CURL, free_handle>;

/// Taking less than was given makes curl give up.
std::size_t take(char* data, std::size_t, std::size_t size, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size > most_bytes)
    return 0;
  body.append(data, size);
  return size;
}

header_list headers_of(const http_request& request) {
  header_list list;
  for (const auto& header : request.headers)
    list.reset(curl_slist_append(list.release(), header.c_str()));
  return list;
}

void set_limits(CURL* to) {
  curl_easy_setopt(to, CURLOPT_NOSIGNAL, 1L); // Signals and threads do not go together.
  curl_easy_setopt(to, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
  curl_easy_setopt(to, CURLOPT_TIMEOUT, whole_timeout_s);
  curl_easy_setopt(to, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(to, CURLOPT_PROTOCOLS_STR, "http,https");
  // A proxy of the environment is for the outside; it must not read what passes here.
  curl_easy_setopt(to, CURLOPT_PROXY, "");
}

void set_request(CURL* to, const http_request& request) {
  curl_easy_setopt(to, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(to, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (!request.ca_file.empty())
    curl_easy_setopt(to, CURLOPT_CAINFO, request.ca_file.c_str());
  if (request.body.empty())
    return;
  curl_easy_setopt(to, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(to, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
}

std::string describe(CURLcode code, const char* details) {
  if (code == CURLE_WRITE_ERROR)
    return "the desktop gateway's answer is too long";
  return std::string{"the desktop gateway does not answer: "}
         + (*details ? details : curl_easy_strerror(code));
}

} // namespace

gateway_result<http_answer> call(const http_request& request) {
  handle connection{curl_easy_init()};
  if (!connection)
    return gateway_fault{"curl cannot be started"};
  auto headers = headers_of(request);
  http_answer answer;
  std::array<char, CURL_ERROR_SIZE> details{};
  set_limits(connection.get());
  set_request(connection.get(), request);
  curl_easy_setopt(connection.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(connection.get(), CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(connection.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(connection.get(), CURLOPT_WRITEDATA, &answer.body);
  if (auto code = curl_easy_perform(connection.get()); code != CURLE_OK)
    return gateway_fault{describe(code, details.data())};
  curl_easy_getinfo(connection.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

} // namespace berth::guacamole
