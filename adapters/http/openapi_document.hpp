#pragma once

#include <string_view>

namespace berth::http {

/// The API's description, as programs read it; made from openapi.yaml by the build.
extern const std::string_view openapi_json;

/// The same as a page for people.
extern const std::string_view api_docs_html;

} // namespace berth::http
