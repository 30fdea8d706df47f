// A provider (provider(7)) with one algorithm: random numbers, from the backend. See run_library.h.
#include "net/tls/run_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <cstdlib>

#include "net/tls/openssl.h"
#include "scheduler/library_clock.h"

namespace rill::tls {
namespace {

// Once, and before any run: its beginning asks the environment. Debian's openssl.cnf is not read:
// what a connection accepts is said in tls_context.cc, and nowhere else.
const int is_initialised =
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);

constinit thread_local Backend* drawn_from = nullptr;
constinit thread_local HostId drawn_by = 0;

constexpr const char* kName = "RILL-BACKEND";
constexpr unsigned kStrengthBits = 256;
constexpr std::size_t kMostRequestBytes = std::size_t{1} << 20;

// The generator has no state; OpenSSL wants a pointer that is not null.
int no_state = 0;

void* new_generator(void*, void*, const OSSL_DISPATCH*) { return &no_state; }
void free_generator(void*) {}
int instantiate(void*, unsigned, int, const unsigned char*, std::size_t, const OSSL_PARAM*) {
  return 1;
}
int uninstantiate(void*) { return 1; }
int enable_locking(void*) { return 1; }
int lock(void*) { return 1; }
void unlock(void*) {}

int generate(void*, unsigned char* to, std::size_t size_bytes, unsigned, int, const unsigned char*,
             std::size_t) {
  if (drawn_from == nullptr) return 0;
  drawn_from->draw_random(drawn_by, {reinterpret_cast<std::byte*>(to), size_bytes});
  return 1;
}

const OSSL_PARAM* gettable_parameters(void*, void*) {
  static const OSSL_PARAM parameters[] = {OSSL_PARAM_int(OSSL_RAND_PARAM_STATE, nullptr),
                                          OSSL_PARAM_uint(OSSL_RAND_PARAM_STRENGTH, nullptr),
                                          OSSL_PARAM_size_t(OSSL_RAND_PARAM_MAX_REQUEST, nullptr),
                                          OSSL_PARAM_END};
  return parameters;
}

int get_parameters(void*, OSSL_PARAM* parameters) {
  OSSL_PARAM* found = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_STATE);
  if (found != nullptr && OSSL_PARAM_set_int(found, EVP_RAND_STATE_READY) == 0) return 0;
  found = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_STRENGTH);
  if (found != nullptr && OSSL_PARAM_set_uint(found, kStrengthBits) == 0) return 0;
  found = OSSL_PARAM_locate(parameters, OSSL_RAND_PARAM_MAX_REQUEST);
  return found == nullptr || OSSL_PARAM_set_size_t(found, kMostRequestBytes) != 0 ? 1 : 0;
}

// OpenSSL calls each through a type that goes with its number; this is how its own providers do it.
template <class Function>
OSSL_DISPATCH entry(int number, Function* function) {
  return {number, reinterpret_cast<void (*)()>(function)};
}

const OSSL_ALGORITHM* query(void*, int operation, int* is_not_cached) {
  static const OSSL_DISPATCH functions[] = {
      entry(OSSL_FUNC_RAND_NEWCTX, new_generator),
      entry(OSSL_FUNC_RAND_FREECTX, free_generator),
      entry(OSSL_FUNC_RAND_INSTANTIATE, instantiate),
      entry(OSSL_FUNC_RAND_UNINSTANTIATE, uninstantiate),
      entry(OSSL_FUNC_RAND_GENERATE, generate),
      entry(OSSL_FUNC_RAND_ENABLE_LOCKING, enable_locking),
      entry(OSSL_FUNC_RAND_LOCK, lock),
      entry(OSSL_FUNC_RAND_UNLOCK, unlock),
      entry(OSSL_FUNC_RAND_GETTABLE_CTX_PARAMS, gettable_parameters),
      entry(OSSL_FUNC_RAND_GET_CTX_PARAMS, get_parameters),
      {0, nullptr}};
  static const OSSL_ALGORITHM algorithms[] = {
      {kName, "provider=rill", functions, "the randomness of a Rill backend"},
      {nullptr, nullptr, nullptr, nullptr}};
  *is_not_cached = 0;
  return operation == OSSL_OP_RAND ? algorithms : nullptr;
}

int begin_provider(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH*, const OSSL_DISPATCH** out,
                   void** context) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, query),
                                            {0, nullptr}};
  *out = functions;
  *context = const_cast<OSSL_CORE_HANDLE*>(handle);
  return 1;
}

/// For the process: it has no state that a run could leave to the next.
OSSL_LIB_CTX* make_run_library() {
  OSSL_LIB_CTX* const library = OSSL_LIB_CTX_new();
  const bool is_made = library != nullptr &&
                       OSSL_PROVIDER_add_builtin(library, "rill", begin_provider) == 1 &&
                       OSSL_PROVIDER_load(library, "default") != nullptr &&
                       OSSL_PROVIDER_load(library, "rill") != nullptr &&
                       RAND_set_DRBG_type(library, kName, "provider=rill", nullptr, nullptr) == 1;
  if (is_made) return library;
  // With any other generator a run would differ from its repetition, and nobody would know why.
  std::fprintf(stderr, "rill: OpenSSL does not take a random generator of ours: %s\n",
               take_openssl_error().c_str());
  std::abort();
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = error != 0 ? ERR_reason_error_string(error) : nullptr;
  ERR_clear_error();
  return reason != nullptr ? reason : "OpenSSL gives no reason";
}

OSSL_LIB_CTX* library_of(const Backend& backend) {
  if (!backend.has_randomness()) return nullptr;
  static OSSL_LIB_CTX* const library = make_run_library();
  return library;
}

InLibrary::InLibrary(Backend& backend, HostId host)
    : clock_before_(library_clock), backend_before_(drawn_from), host_before_(drawn_by) {
  drawn_from = backend.has_randomness() ? &backend : nullptr;
  drawn_by = host;
  if (backend.is_simulated()) {
    time_ = backend.wall_clock(host);
    library_clock = &time_;
  }
  ERR_clear_error();
}

InLibrary::~InLibrary() {
  library_clock = clock_before_;
  drawn_from = backend_before_;
  drawn_by = host_before_;
}

}  // namespace rill::tls
