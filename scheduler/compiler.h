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

// For rarely called slow paths inside of code that is inlined everywhere: the callee saves the
// registers, so that the fast path need not. Such a function must not throw: the unwinder knows
// nothing of those registers. (LLVM's preserve_most; other compilers lose a nanosecond. Clang 16
// restores the register of the return value too, and so loses the value: llvm-project#48789.)
#if defined(__clang__) && __clang_major__ >= 19
#define RILL_SLOW_PATH [[clang::preserve_most]]
#else
#define RILL_SLOW_PATH
#endif
