// Settings of the GNU allocator, which Swift's Glibc module leaves out.
#pragma once

#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif

// Keeps the memory of a long run flat: images come in all sizes, and the allocator would keep the gaps between them,
// more of them with every thread that decodes. Larger pieces come from the system and go back to it at once; that the
// limit is set keeps it from being raised. Nothing where the allocator is another.
static inline void captioner_keep_memory_flat(void) {
#if defined(M_MMAP_THRESHOLD) && defined(M_ARENA_MAX)
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_ARENA_MAX, 1);
#endif
}
