// Refuses compilers that translate coroutines wrongly. Every header with a coroutine includes it.
// g++ before 14 frees temporaries twice: an aggregate f({T(), T(), 3}) or a capturing lambda inside
// a co_await expression crashes at every optimisation level. More in docs/dependencies.md.
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 14
#error \
    "Rill needs clang, or g++ 14 or newer: g++ 12 and 13 miscompile coroutines. \
Run ./rill setup, which installs clang 19; ./rill and bazel then use it."
#endif

#if defined(__clang__) && __clang_major__ < 16
#error "Rill needs clang 16 or newer, or g++ 14 or newer: older clang lacks std::source_location."
#endif

#if __cplusplus < 202002L
#error "Rill is C++20: compile with -std=c++20."
#endif
