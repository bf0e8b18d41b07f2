/* sanitized: MEDIA_SANITIZED is 1 where a sanitizer with a run time of its own is built in. gcc
 * tells by macros, clang by features. */
#ifndef TAKT_MEDIA_WORKER_SANITIZED_H
#define TAKT_MEDIA_WORKER_SANITIZED_H

#ifdef __has_feature
#define MEDIA_HAS_FEATURE(name) __has_feature(name)
#else
#define MEDIA_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
    MEDIA_HAS_FEATURE(address_sanitizer) || MEDIA_HAS_FEATURE(thread_sanitizer)
#define MEDIA_SANITIZED 1
#else
#define MEDIA_SANITIZED 0
#endif

#endif
