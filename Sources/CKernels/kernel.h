#pragma once
#include "ckernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

// Shared by the kernel families: how a function is compiled, how loops are cut into tasks, exp and log.

// One clone per instruction set, chosen once when the library is loaded. The name x86-64-v4 would stand for the same
// processors, but the compiler then keeps to half of their vectors.
#if defined(__x86_64__)
#define KERNEL __attribute__((target_clones("avx512f", "arch=x86-64-v3", "default")))
#else
#define KERNEL
#endif
// First statement of a reduction: sums may be reordered into vector lanes. The order is fixed by the shape.
#define FP_RELAXED _Pragma("clang fp reassociate(on) contract(fast)")

// Memory of a pool for the kernel that runs on it, on a cache line; what the one before left in it is nobody's.
enum { pk_pool_scratch_floats = 1 << 20 };
float *pk_pool_scratch(pk_pool *pool);
// Memory of the thread that runs a task of a pool.
enum { pk_pool_own_floats = 3 << 16 };
float *pk_pool_own_scratch(void);
int pk_pool_gemm_kernels(const pk_pool *pool);

#define INLINE static inline __attribute__((always_inline))

INLINE size_t pk_min(size_t a, size_t b) { return a < b ? a : b; }
INLINE size_t pk_max(size_t a, size_t b) { return a > b ? a : b; }
INLINE size_t pk_ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }

INLINE float pk_float_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE uint32_t pk_bits_from_float(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// y = result + beta*y without reading y when beta is 0: it may hold NaN.
INLINE float pk_blend(float result, float beta, float y) { return beta == 0 ? result : result + beta * y; }

// e^x for x <= 88 within 2 ulp, branch-free so that loops vectorise: the arguments of softmax are at most 0. Below the
// smallest normal number it is 0; NaN stays NaN. Rounding to an integer by adding 1.5 * 2^23 must not be reassociated
// away. The polynomial is that of Cephes expf (Moshier 1989).
INLINE float pk_softmax_exp(float x) {
#pragma clang fp reassociate(off) contract(fast)
  const float clamped = x < -87.33654f ? -87.33654f : x;
  const float shifted = clamped * 1.44269504088896341f + 12582912.0f;
  const float n = shifted - 12582912.0f;
  const float r = (clamped - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const float y = (p * (r * r) + r) + 1.0f;
  const float scaled = y * pk_float_from_bits((pk_bits_from_float(shifted) << 23) + 0x3f800000u);
  return x < -87.33654f ? 0.0f : scaled;
}

// e^x for every x: above 88.37 it is infinity.
INLINE float pk_exp(float x) {
  const float y = pk_softmax_exp(x > 88.3762f ? 88.3762f : x);
  return x > 88.3762f ? INFINITY : y;
}

// log x within 2 ulp for normal x; smaller x counts as FLT_MIN; infinity and NaN give NaN. Polynomial: Cephes logf.
INLINE float pk_log(float x) {
#pragma clang fp reassociate(off) contract(fast)
  const float normal = x < FLT_MIN ? FLT_MIN : x;
  const uint32_t bits = pk_bits_from_float(normal);
  const uint32_t offset = bits - 0x3f3504f3u;  // exponent counted from sqrt(1/2)
  const float exponent = (float)((int32_t)offset >> 23);
  const float f = pk_float_from_bits((offset & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const float z = f * f;
  const float y = (p * f * z - 2.12194440e-4f * exponent) - 0.5f * z;
  return ((f + y) + 0.693359375f * exponent) + (x - x);
}
