#pragma once
#include "lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>

// A float32 is the sum of three bfloat16 numbers of 8 significant bits each: what rounding to the nearest leaves is
// rounded again, twice. Nothing is lost above 2^-110 in magnitude. Of the nine products of two such sums the six largest
// count; the other three are below 2^-24 of the product (Henry, Tang and Heinecke 2019, Leveraging the bfloat16
// artificial intelligence datatype for higher-precision computations).
//
// Here matrices become tiles of such parts, in the layout that the tile unit wants. A tile is 16 x 32 numbers, 1 KiB:
// row i of the left operand has 32 steps of k; row p of the right one has the steps 2p and 2p + 1 of 16 columns, the two
// of a column side by side.

#define SPLIT __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"), min_vector_width(512)))
#define SPLIT_INLINE static inline __attribute__((always_inline)) SPLIT

enum { pk_split_rows = 16, pk_split_depth = 32, pk_split_parts = 3 };
enum { pk_split_tile = pk_split_rows * pk_split_depth };  // elements

// 16 x 32 numbers in registers: vector half * 16 + i holds steps half * 16 ... of row i, or all rows of step
// half * 16 + i.
typedef struct {
  __m512 lanes[2 * pk_lane_count];
} pk_split_block;

SPLIT_INLINE __m512i pk_split_pair(__m512 *low, __m512 *high) {
  const __m512i rounded = (__m512i)_mm512_cvtne2ps_pbh(*high, *low);
  const __m512i low_part = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(rounded)), 16);
  const __m512i high_part = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(rounded, 1)), 16);
  *low = _mm512_sub_ps(*low, (__m512)low_part);
  *high = _mm512_sub_ps(*high, (__m512)high_part);
  return rounded;
}

// `count` vectors of `lanes` numbers each, `stride` apart; what is missing is 0.
SPLIT_INLINE void pk_split_read(const float *x, size_t stride, size_t count, size_t lanes, __m512 *out) {
  if (count == pk_lane_count && lanes == pk_lane_count) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < pk_lane_count; i++) out[i] = _mm512_loadu_ps(x + i * stride);
    return;
  }
  const __mmask16 mask = (__mmask16)((1u << lanes) - 1);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < pk_lane_count; i++) {
    out[i] = i < count ? _mm512_maskz_loadu_ps(mask, x + i * stride) : _mm512_setzero_ps();
  }
}

SPLIT_INLINE size_t pk_split_rest(size_t all, size_t begin) {
  return begin < all ? pk_min(all - begin, pk_lane_count) : 0;
}

// x[rows, depth], rows and depth at most 16 and 32.
SPLIT_INLINE void pk_split_read_rows(const float *x, size_t stride, size_t rows, size_t depth, pk_split_block *block) {
  for (size_t half = 0; half < 2; half++) {
    const size_t first = half * pk_lane_count;
    pk_split_read(x + first, stride, rows, pk_split_rest(depth, first), block->lanes + first);
  }
}

// x[depth, rows].
SPLIT_INLINE void pk_split_read_steps(const float *x, size_t stride, size_t rows, size_t depth, pk_split_block *block) {
  for (size_t half = 0; half < 2; half++) {
    const size_t first = half * pk_lane_count;
    pk_split_read(x + first * stride, stride, pk_split_rest(depth, first), rows, block->lanes + first);
  }
}

// From rows to steps or back.
SPLIT_INLINE void pk_split_turn(pk_split_block *block) {
  pk_lanes_turn((pk_lanes *)block->lanes);
  pk_lanes_turn((pk_lanes *)block->lanes + pk_lane_count);
}

// A block of rows as a tile of the left operand; its parts stand `distance` elements apart.
SPLIT_INLINE void pk_split_store_left(pk_split_block *block, size_t distance, uint16_t *out) {
#pragma clang loop unroll_count(4)
  for (size_t i = 0; i < pk_split_rows; i++, out += pk_split_depth) {
    __m512 low = block->lanes[i], high = block->lanes[i + pk_lane_count];
#pragma clang loop unroll(full)
    for (size_t part = 0; part < pk_split_parts; part++) {
      _mm512_store_si512(out + part * distance, pk_split_pair(&low, &high));
    }
  }
}

// A block of steps as a tile of the right operand.
SPLIT_INLINE void pk_split_store_right(pk_split_block *block, size_t distance, uint16_t *out) {
  const __m512i interleaved = _mm512_set_epi16(
      31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16,
      0);
#pragma clang loop unroll_count(4)
  for (size_t i = 0; i < pk_split_depth; i += 2, out += pk_split_depth) {
    __m512 low = block->lanes[i], high = block->lanes[i + 1];
#pragma clang loop unroll(full)
    for (size_t part = 0; part < pk_split_parts; part++) {
      _mm512_store_si512(out + part * distance, _mm512_permutexvar_epi16(interleaved, pk_split_pair(&low, &high)));
    }
  }
}

#endif
