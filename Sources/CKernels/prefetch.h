#pragma once
#include "lanes.h"

// The rows of a that will be read next are fetched into the second-level cache while the tiles before it are computed, a
// share with each: rows that stand far apart are beyond what the processor fetches by itself.
typedef struct {
  const float *a;
  size_t lines, length, stride;  // `lines` stretches of `length` floats, `stride` apart
  size_t share, done;            // stretches of a share, and how many are fetched
} pk_prefetch;

INLINE pk_prefetch pk_prefetch_of(const float *a, size_t lines, size_t length, size_t stride, size_t shares) {
  return (pk_prefetch){a, lines, length, stride, pk_ceil_div(lines, pk_max(shares, 1)), 0};
}

INLINE void pk_prefetch_share(pk_prefetch *next) {
  const size_t end = pk_min(next->lines, next->done + next->share);
  for (; next->done < end; next->done++) {
    const float *line = next->a + next->done * next->stride;
    for (size_t j = 0; j < next->length; j += pk_lane_count) __builtin_prefetch(line + j, 0, 2);
  }
}
