#pragma once
#include "lanes.h"

// Elements of a matrix that is stored in 4, 2 or 1 bytes each, as float32. `storage` is a constant where it matters.

typedef uint16_t pk_half_lanes __attribute__((vector_size(32), aligned(2), may_alias));
typedef uint32_t pk_word_lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int8_t pk_byte_lanes __attribute__((vector_size(16), aligned(1), may_alias));

INLINE void pk_load_stored(int storage, const void *elements, size_t first, pk_lanes *out) {
  if (storage == PK_BFLOAT16) {
    const pk_half_lanes x = *(const pk_half_lanes *)((const uint16_t *)elements + first);
    *out = (pk_lanes)(__builtin_convertvector(x, pk_word_lanes) << 16);
  } else if (storage == PK_INT8) {
    *out = __builtin_convertvector(*(const pk_byte_lanes *)((const int8_t *)elements + first), pk_lanes);
  } else {
    *out = *(const pk_lanes *)((const float *)elements + first);
  }
}

INLINE float pk_stored_element(int storage, const void *elements, size_t index) {
  if (storage == PK_BFLOAT16) return pk_float_from_bits((uint32_t)((const uint16_t *)elements)[index] << 16);
  if (storage == PK_INT8) return (float)((const int8_t *)elements)[index];
  return ((const float *)elements)[index];
}

INLINE void pk_unpack_as(int storage, const void *elements, size_t first, size_t n, float scale, float *out) {
  size_t i = 0;
  for (; i + pk_lane_count <= n; i += pk_lane_count) {
    pk_lanes lanes;
    pk_load_stored(storage, elements, first + i, &lanes);
    *(pk_lanes *)(out + i) = scale * lanes;
  }
  for (; i < n; i++) out[i] = scale * pk_stored_element(storage, elements, first + i);
}

// out[n] = elements first ..< first + n of row `row`, where `first` counts from the start of the matrix.
INLINE void pk_unpack(const pk_weights *w, size_t row, size_t first, size_t n, float *out) {
  switch (w->storage) {
    case PK_BFLOAT16: pk_unpack_as(PK_BFLOAT16, w->elements, first, n, 1, out); break;
    case PK_INT8: pk_unpack_as(PK_INT8, w->elements, first, n, w->scale[row], out); break;
    default: pk_unpack_as(PK_FLOAT32, w->elements, first, n, 1, out); break;
  }
}
