#include "adapters/http/openapi_document.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/http/token_hash.hpp"

namespace berth::http {

void show_openapi_document(exchange x) {
  static const std::string tag = '"' + token_hash(std::string{openapi_json}).substr(0, 32) + '"';
  answer_tagged(x, tag, std::string{openapi_json});
}

void show_api_docs(exchange x) {
  x.answer({200,
            {{"Content-Security-Policy",
              "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
              "form-action 'none'; frame-ancestors 'none'"}},
            "text/html; charset=utf-8",
            std::string{api_docs_html},
            {}});
}

} // namespace berth::http
