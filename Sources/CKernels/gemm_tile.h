#pragma once
#include "lanes.h"

// The innermost product: a tile of c in registers, and how b is laid out for it. Everything is inlined into functions of
// one instruction set, where the extents of a tile are constants.

enum { pk_tile_depth = 512, pk_tile_rows_limit = 12, pk_tile_vectors_limit = 2 };

// out[count, strip_width] = b[count, width], the missing columns 0.
INLINE void pk_pack_straight(size_t strip_width, size_t count, size_t width, const float *b, size_t ldb, float *out) {
  for (size_t j = 0; j < count; j++, b += ldb, out += strip_width) {
    if (width == strip_width) {
      for (size_t i = 0; i < strip_width; i += pk_lane_count) *(pk_lanes *)(out + i) = *(const pk_lanes *)(b + i);
    } else {
      for (size_t i = 0; i < strip_width; i++) out[i] = i < width ? b[i] : 0;
    }
  }
}

// out[count, strip_width] from b[width, count].
INLINE void pk_pack_turned(size_t strip_width, size_t count, size_t width, const float *b, size_t ldb, float *out) {
  for (size_t first = 0; first < strip_width; first += pk_lane_count) {
    const size_t lanes = first < width ? pk_min(pk_lane_count, width - first) : 0;
    const float *from = b + first * ldb;
    size_t j = 0;
    for (; j + pk_lane_count <= count; j += pk_lane_count) {
      pk_lanes r[pk_lane_count];
      for (size_t i = 0; i < pk_lane_count; i++) {
        r[i] = i < lanes ? *(const pk_lanes *)(from + i * ldb + j) : (pk_lanes){0};
      }
      pk_lanes_turn(r);
      for (size_t i = 0; i < pk_lane_count; i++) *(pk_lanes *)(out + (j + i) * strip_width + first) = r[i];
    }
    for (; j < count; j++) {
      float *line = out + j * strip_width + first;
      for (size_t i = 0; i < pk_lane_count; i++) line[i] = i < lanes ? from[i * ldb + j] : 0;
    }
  }
}

INLINE void pk_tile_store(float *c, const pk_lanes *sum, float alpha, float beta) {
  pk_lanes *out = (pk_lanes *)c;
  *out = beta == 0 ? alpha * *sum : alpha * *sum + beta * *out;
}

// The first `width` columns of tile[rows, tile_width], whose other columns nobody wants.
INLINE void pk_tile_store_part(size_t rows, size_t tile_width, const float *tile, size_t width, float alpha, float beta,
                               float *c, size_t ldc) {
  for (size_t i = 0; i < rows; i++) {
    const float *line = tile + i * tile_width;
    for (size_t j = 0; j < width; j++) c[i * ldc + j] = pk_blend(alpha * line[j], beta, c[i * ldc + j]);
  }
}

// The tile transposed: column j of it goes to c[j * ldc ..< j * ldc + rows].
INLINE void pk_tile_store_turned(size_t rows, size_t tile_width, const float *tile, size_t width, float alpha,
                                 float beta, float *c, size_t ldc) {
  for (size_t first = 0; first < width; first += pk_lane_count) {
    pk_lanes r[pk_lane_count];
    for (size_t i = 0; i < pk_lane_count; i++) {
      r[i] = i < rows ? *(const pk_lanes *)(tile + i * tile_width + first) : (pk_lanes){0};
    }
    pk_lanes_turn(r);
    const size_t columns = pk_min(pk_lane_count, width - first);
    for (size_t j = 0; j < columns; j++) {
      float line[pk_lane_count], *out = c + (first + j) * ldc;
      *(pk_lanes *)line = alpha * r[j];
      if (beta != 0) {
        for (size_t i = 0; i < rows; i++) line[i] += beta * out[i];
      }
      memcpy(out, line, rows * sizeof *out);
    }
  }
}

// A strip of b, as wide as a tile, and where its products go: `width` of the tile's columns from `skip` on.
typedef struct {
  const float *b;  // element (j, column) at b[j * step + column]
  size_t step, skip, width;
  float alpha, beta;
  int turned;      // c stands transposed
  float *c;
  size_t ldc;
} pk_strip;

// c[rows, width] = alpha * a b + beta * c over `count` steps of k. a's element (i, j) stands at a[i * a_row +
// j * a_depth]. The loops over rows and vectors are unrolled, so that the sums are registers.
INLINE void pk_tile(size_t rows, size_t vectors, size_t count, const float *a, size_t a_row, size_t a_depth,
                    const pk_strip *strip) {
  // Contracted, never reassociated: the sum of an element is the same in a tile of any extents.
#pragma clang fp reassociate(off) contract(fast)
  float *c = strip->c;
  const size_t ldc = strip->ldc, step = strip->step;
  const float alpha = strip->alpha, beta = strip->beta, *b = strip->b;
  if (strip->turned) {
    for (size_t j = 0; j < strip->width; j++) __builtin_prefetch(c + j * ldc, 1);
  } else {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) __builtin_prefetch(c + i * ldc + v * pk_lane_count, 1);
    }
  }
  pk_lanes sum[pk_tile_rows_limit][pk_tile_vectors_limit];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) sum[i][v] = (pk_lanes){0};
  }
  for (size_t j = 0; j < count; j++, a += a_depth, b += step) {
    pk_lanes line[pk_tile_vectors_limit];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) line[v] = ((const pk_lanes *)b)[v];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) sum[i][v] += a[i * a_row] * line[v];
    }
  }
  const size_t tile_width = vectors * pk_lane_count;
  if (!strip->turned && strip->width == tile_width) {
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < vectors; v++) pk_tile_store(c + i * ldc + v * pk_lane_count, &sum[i][v], alpha, beta);
    }
    return;
  }
  float tile[pk_tile_rows_limit * pk_tile_vectors_limit * pk_lane_count];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) *(pk_lanes *)(tile + i * tile_width + v * pk_lane_count) = sum[i][v];
  }
  if (strip->turned) {
    pk_tile_store_turned(rows, tile_width, tile, strip->width, alpha, beta, c, ldc);
  } else {
    pk_tile_store_part(rows, tile_width, tile + strip->skip, strip->width, alpha, beta, c, ldc);
  }
}
