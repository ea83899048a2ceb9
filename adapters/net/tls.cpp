#include "adapters/net/tls.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <vector>

namespace berth::net {

namespace {

template <auto Free>
struct freer {
  template <class T>
  void operator()(T* owned) const {
    Free(owned);
  }
};
using x509_ptr = std::unique_ptr<X509, freer<X509_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY_free>>;
using bio_ptr = std::unique_ptr<BIO, freer<BIO_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freer<X509_EXTENSION_free>>;

void require(bool fine, const char* what) {
  if (!fine)
    throw std::runtime_error{std::string{"OpenSSL cannot "} + what};
}

std::string contents(BIO* of) {
  char* data = nullptr;
  auto size = BIO_get_mem_data(of, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

std::string read_file(const std::string& name) {
  std::ifstream file{name, std::ios::binary};
  if (!file)
    throw std::runtime_error{"cannot read " + name};
  return {std::istreambuf_iterator<char>{file}, {}};
}

x509_ptr first_certificate(const certificate& from) {
  bio_ptr bio{BIO_new_mem_buf(from.chain_pem.data(), static_cast<int>(from.chain_pem.size()))};
  x509_ptr found{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
  require(found != nullptr, "read the certificate");
  return found;
}

} // namespace

certificate make_self_signed(const std::string& host) {
  key_ptr key{EVP_EC_gen("P-256")};
  require(key != nullptr, "make a key");
  x509_ptr made{X509_new()};
  unsigned char serial[8];
  require(RAND_bytes(serial, sizeof serial) == 1, "make random bytes");
  serial[0] &= 0x7f;
  std::unique_ptr<BIGNUM, freer<BN_free>> number{BN_bin2bn(serial, sizeof serial, nullptr)};
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get()));
  X509_set_version(made.get(), X509_VERSION_3);
  constexpr long two_years = 2L * 365 * 24 * 3600;
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), two_years);
  X509_set_pubkey(made.get(), key.get());
  auto* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  auto alternative = (is_address(host) ? "IP:" : "DNS:") + host;
  extension_ptr extension{
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str())};
  require(extension && X509_add_ext(made.get(), extension.get(), -1) == 1, "name the host");
  require(X509_sign(made.get(), key.get(), EVP_sha256()) > 0, "sign the certificate");

  bio_ptr chain{BIO_new(BIO_s_mem())};
  bio_ptr secret{BIO_new(BIO_s_mem())};
  require(PEM_write_bio_X509(chain.get(), made.get()) == 1
              && PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                          nullptr)
                     == 1,
          "write the certificate");
  return {contents(chain.get()), contents(secret.get())};
}

certificate load_certificate(const std::string& chain_file, const std::string& key_file) {
  return {read_file(chain_file), read_file(key_file)};
}

asio::ssl::context server_context(const certificate& from) {
  namespace ssl = asio::ssl;
  ssl::context context{ssl::context::tls_server};
  require(SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION) == 1,
          "ask for TLS 1.2");
  context.use_certificate_chain(asio::buffer(from.chain_pem));
  context.use_private_key(asio::buffer(from.key_pem), ssl::context::pem);
  return context;
}

std::string fingerprint(const certificate& of) {
  return fingerprint(first_certificate(of).get());
}

std::string fingerprint(const X509* shown) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  require(X509_digest(shown, EVP_sha256(), digest, &size) == 1, "hash the certificate");
  constexpr char digits[] = "0123456789ABCDEF";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    if (i > 0)
      text += ':';
    text += {digits[digest[i] >> 4], digits[digest[i] & 15]};
  }
  return text;
}

} // namespace berth::net
