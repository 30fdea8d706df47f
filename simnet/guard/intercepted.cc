// The functions by which the real world gets into a program, defined here in the place of libc's
// and libstdc++'s. Each tells the guard who called, and goes on to the real one. See guard.h.
//
// The real one is the next in the order of libraries (dlsym(3), RTLD_NEXT) - or the interceptor of
// a sanitizer, which steps aside for a definition in the executable, is reachable as
// __interceptor_NAME, and must be heard: thread sanitizer has to know of threads.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string_view>

#include "scheduler/library_clock.h"
#include "simnet/guard/catch.h"

namespace {

using rill::simnet::guard::caught;

constexpr const char* kClock = "use rill::now()";
constexpr const char* kRandom = "draw numbers from the run's seed";
constexpr const char* kThread = "spawn() a task";
constexpr const char* kEnvironment = "read it before run(), and pass on what it says";
constexpr const char* kSleep = "co_await rill::sleep()";

template <class Function>
Function* next(const char* name, Function* sanitizers) {
  if (sanitizers != nullptr) return sanitizers;
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool is_random_device(const char* path) {
  return path != nullptr && (std::string_view(path) == "/dev/urandom" ||  //
                             std::string_view(path) == "/dev/random");
}

}  // namespace

#define RILL_FROM __builtin_return_address(0)
// NOLINTBEGIN(bugprone-macro-parentheses): what is pasted are names and lists
// Declares the sanitizer's interceptor, which may not be there, and defines real_NAME().
#define RILL_REAL(name)                                                 \
  extern "C" __attribute__((weak)) decltype(name) __interceptor_##name; \
  static decltype(&name) real_##name() {                                \
    static const auto function = next(#name, &__interceptor_##name);    \
    return function;                                                    \
  }

RILL_REAL(clock_gettime)
RILL_REAL(gettimeofday)
RILL_REAL(time)
RILL_REAL(clock)
RILL_REAL(getrandom)
RILL_REAL(getentropy)
RILL_REAL(rand)
RILL_REAL(random)
RILL_REAL(open)
RILL_REAL(open64)
RILL_REAL(openat)
RILL_REAL(openat64)
RILL_REAL(fopen)
RILL_REAL(fopen64)
RILL_REAL(pthread_create)
RILL_REAL(getenv)
RILL_REAL(secure_getenv)
RILL_REAL(nanosleep)
RILL_REAL(clock_nanosleep)
RILL_REAL(usleep)
RILL_REAL(sleep)

extern "C" {

// ---- clocks ----------------------------------------------------------------------------------

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  caught("clock_gettime()", kClock, RILL_FROM);
  return real_clock_gettime()(clock, now);
}
int gettimeofday(timeval* now, void* zone) noexcept {
  if (rill::library_clock != nullptr) {
    const std::int64_t microseconds = rill::library_clock->ns / 1000;
    *now = {microseconds / 1'000'000, microseconds % 1'000'000};
    return 0;
  }
  caught("gettimeofday()", kClock, RILL_FROM);
  return real_gettimeofday()(now, zone);
}
time_t time(time_t* now) noexcept {
  if (rill::library_clock != nullptr) {
    const time_t seconds = rill::library_clock->ns / 1'000'000'000;
    if (now != nullptr) *now = seconds;
    return seconds;
  }
  caught("time()", kClock, RILL_FROM);
  return real_time()(now);
}
clock_t clock() noexcept {
  caught("clock()", kClock, RILL_FROM);
  return real_clock()();
}

// ---- randomness ------------------------------------------------------------------------------

ssize_t getrandom(void* buffer, std::size_t size_bytes, unsigned flags) {
  caught("getrandom()", kRandom, RILL_FROM);
  return real_getrandom()(buffer, size_bytes, flags);
}
int getentropy(void* buffer, std::size_t size_bytes) {
  caught("getentropy()", kRandom, RILL_FROM);
  return real_getentropy()(buffer, size_bytes);
}
int rand() noexcept {
  caught("rand()", kRandom, RILL_FROM);
  return real_rand()();
}
long random() noexcept {
  caught("random()", kRandom, RILL_FROM);
  return real_random()();
}

// A mode is there when a file may be created (open(2)); it is harmless to pass on one that is not.
#define RILL_OPEN(name, parameters, arguments)                                           \
  int name parameters {                                                                  \
    va_list rest;                                                                        \
    va_start(rest, flags);                                                               \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                                        \
    if (is_random_device(path)) caught(#name "(\"/dev/urandom\")", kRandom, RILL_FROM);  \
    return real_##name() arguments;                                                      \
  }
RILL_OPEN(open, (const char* path, int flags, ...), (path, flags, mode))
RILL_OPEN(open64, (const char* path, int flags, ...), (path, flags, mode))
RILL_OPEN(openat, (int folder, const char* path, int flags, ...), (folder, path, flags, mode))
RILL_OPEN(openat64, (int folder, const char* path, int flags, ...), (folder, path, flags, mode))

FILE* fopen(const char* path, const char* mode) {
  if (is_random_device(path)) caught("fopen(\"/dev/urandom\")", kRandom, RILL_FROM);
  return real_fopen()(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  if (is_random_device(path)) caught("fopen(\"/dev/urandom\")", kRandom, RILL_FROM);
  return real_fopen64()(path, mode);
}

// ---- threads, environment, sleeps --------------------------------------------------------------

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  caught("pthread_create() (std::thread)", kThread, RILL_FROM);
  return real_pthread_create()(thread, attributes, start, argument);
}
char* getenv(const char* name) noexcept {
  caught("getenv()", kEnvironment, RILL_FROM);
  return real_getenv()(name);
}
char* secure_getenv(const char* name) noexcept {
  caught("secure_getenv()", kEnvironment, RILL_FROM);
  return real_secure_getenv()(name);
}
int nanosleep(const timespec* length, timespec* left) {
  if (caught("nanosleep() (std::this_thread::sleep_for)", kSleep, RILL_FROM)) return 0;
  return real_nanosleep()(length, left);
}
int clock_nanosleep(clockid_t clock, int flags, const timespec* length, timespec* left) {
  if (caught("clock_nanosleep()", kSleep, RILL_FROM)) return 0;
  return real_clock_nanosleep()(clock, flags, length, left);
}
int usleep(useconds_t length) {
  if (caught("usleep()", kSleep, RILL_FROM)) return 0;
  return real_usleep()(length);
}
unsigned sleep(unsigned seconds) {
  if (caught("sleep()", kSleep, RILL_FROM)) return 0;
  return real_sleep()(seconds);
}

}  // extern "C"

// ---- the C++ library's, under their symbols
// ------------------------------------------------------

// They would be caught in what they call; here they are caught under the name that the user wrote.
// random_device asks the processor (rdrand), which no library sees.

namespace rill::simnet::guard {
namespace {

template <class Clock>
typename Clock::time_point real_time_of(clockid_t clock) {
  timespec now{};
  real_clock_gettime()(clock, &now);
  return typename Clock::time_point(std::chrono::seconds(now.tv_sec) +
                                    std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace

std::chrono::system_clock::time_point system_clock_now() noexcept
    __asm__("_ZNSt6chrono3_V212system_clock3nowEv");
std::chrono::steady_clock::time_point steady_clock_now() noexcept
    __asm__("_ZNSt6chrono3_V212steady_clock3nowEv");
std::random_device::result_type random_device_value(std::random_device* device) __asm__(
    "_ZNSt13random_device9_M_getvalEv");

std::chrono::system_clock::time_point system_clock_now() noexcept {
  caught("std::chrono::system_clock::now()", kClock, RILL_FROM);
  return real_time_of<std::chrono::system_clock>(CLOCK_REALTIME);
}
std::chrono::steady_clock::time_point steady_clock_now() noexcept {
  caught("std::chrono::steady_clock::now()", kClock, RILL_FROM);
  return real_time_of<std::chrono::steady_clock>(CLOCK_MONOTONIC);
}
std::random_device::result_type random_device_value(std::random_device* device) {
  caught("std::random_device", kRandom, RILL_FROM);
  static const auto real = reinterpret_cast<decltype(&random_device_value)>(
      dlsym(RTLD_NEXT, "_ZNSt13random_device9_M_getvalEv"));
  return real(device);
}

}  // namespace rill::simnet::guard
// NOLINTEND(bugprone-macro-parentheses)
