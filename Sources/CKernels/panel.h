#pragma once
#include "lanes.h"

// Products of small tiles for attention. A panel holds 16 columns of a matrix, row after row: [k, 16]. Everything is
// vectorised over those 16 lanes, so that a head size needs to be a multiple of nothing.
enum { pk_head_dim_limit = 256 };
// Rows whose sums fit into the registers: 16 of AVX2, where each row takes two, or 32 of AVX-512. More rows at a time
// change no sum.
enum { pk_rows = 6, pk_wide_rows = 16 };

INLINE int has_wide_registers(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f");
#else
  return 0;
#endif
}

// Where column `i` begins in panels that stand one after another, [panels, k, 16]; its elements are 16 apart.
INLINE size_t pk_tile_offset(size_t i, size_t k) { return i / pk_lane_count * pk_lane_count * k + i % pk_lane_count; }

// c[row_count, 16] (+)= a[row_count, k] b[k, 16], where a's element (i, j) stands at a[i * a_row + j * a_column].
INLINE void pk_panel_rows(size_t row_count, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,
                          float *c, int accumulate) {
  pk_lanes sum[pk_wide_rows];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < row_count; i++) sum[i] = accumulate ? ((const pk_lanes *)c)[i] : (pk_lanes){0};
  for (size_t j = 0; j < k; j++) {
    const pk_lanes lane = ((const pk_lanes *)b)[j];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < row_count; i++) sum[i] += a[i * a_row + j * a_column] * lane;
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < row_count; i++) ((pk_lanes *)c)[i] = sum[i];
}

INLINE void pk_panel_product(size_t m, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,
                             float *c, int accumulate) {
  if (has_wide_registers()) {
    for (; m >= pk_wide_rows; m -= pk_wide_rows, a += pk_wide_rows * a_row, c += pk_wide_rows * pk_lane_count) {
      pk_panel_rows(pk_wide_rows, k, a, a_row, a_column, b, c, accumulate);
    }
  }
  for (; m >= pk_rows; m -= pk_rows, a += pk_rows * a_row, c += pk_rows * pk_lane_count) {
    pk_panel_rows(pk_rows, k, a, a_row, a_column, b, c, accumulate);
  }
  switch (m) {
    case 5: pk_panel_rows(5, k, a, a_row, a_column, b, c, accumulate); break;
    case 4: pk_panel_rows(4, k, a, a_row, a_column, b, c, accumulate); break;
    case 3: pk_panel_rows(3, k, a, a_row, a_column, b, c, accumulate); break;
    case 2: pk_panel_rows(2, k, a, a_row, a_column, b, c, accumulate); break;
    case 1: pk_panel_rows(1, k, a, a_row, a_column, b, c, accumulate); break;
    default: break;
  }
}

// panel[column, lane] = scale * rows[lane, column]; lanes from row_count on become 0.
INLINE void pk_panel_pack(size_t row_count, size_t columns, const float *rows, size_t stride, float scale,
                          float *panel) {
  float block[pk_lane_count * pk_lane_count] = {0}, turned[pk_lane_count * pk_lane_count];
  for (size_t c = 0; c < columns; c += pk_lane_count) {
    const size_t width = pk_min(pk_lane_count, columns - c);
    for (size_t lane = 0; lane < row_count; lane++) {
      const float *row = rows + lane * stride + c;
      float *line = block + lane * pk_lane_count;
      if (width == pk_lane_count) {
        *(pk_lanes *)line = scale * *(const pk_lanes *)row;
      } else {
        for (size_t i = 0; i < width; i++) line[i] = scale * row[i];
      }
    }
    pk_lanes_transpose(block, turned);
    memcpy(panel + c * pk_lane_count, turned, width * sizeof(pk_lanes));
  }
}

// rows[lane, column] = scale * panel[column, lane] + beta * rows[lane, column]
INLINE void pk_panel_unpack(size_t row_count, size_t columns, const float *panel, float scale, float beta, float *rows,
                            size_t stride) {
  float block[pk_lane_count * pk_lane_count] = {0}, turned[pk_lane_count * pk_lane_count];
  for (size_t c = 0; c < columns; c += pk_lane_count) {
    const size_t width = pk_min(pk_lane_count, columns - c);
    memcpy(block, panel + c * pk_lane_count, width * sizeof(pk_lanes));
    pk_lanes_transpose(block, turned);
    for (size_t lane = 0; lane < row_count; lane++) {
      float *row = rows + lane * stride + c;
      const float *line = turned + lane * pk_lane_count;
      if (width == pk_lane_count && beta == 0) {
        *(pk_lanes *)row = scale * *(const pk_lanes *)line;
      } else {
        for (size_t i = 0; i < width; i++) row[i] = pk_blend(scale * line[i], beta, row[i]);
      }
    }
  }
}
