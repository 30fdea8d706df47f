// Whether this build looks at every access to memory, which makes some things slow and others huge.
#pragma once

namespace rill::school {

#if defined(__SANITIZE_ADDRESS__)  // gcc
inline constexpr bool kHasSanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kHasSanitizer = true;
#else
inline constexpr bool kHasSanitizer = false;
#endif
#else
inline constexpr bool kHasSanitizer = false;
#endif

}  // namespace rill::school
