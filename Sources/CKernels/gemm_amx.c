#include "gemm.h"
#include "split.h"
#include "weights.h"

// Large products of float32 on the tile unit of newer processors (AMX), which multiplies bfloat16 sixteen times as fast
// as vectors multiply float32: every number is the sum of three of them (split.h), six tile products stand for one, and
// their sums are float32. b is split once for all threads, rows of a in panels by the thread that multiplies them; where
// c is small and k long, slices of k are shared out instead. Sums run over k in one order, in slices that depend on k
// alone, for every element of c: the same bits at any thread count and by either way.

#if !defined(__x86_64__) || !defined(__linux__)

int pk_gemm_has_amx(void) { return 0; }
int pk_gemm_amx(pk_pool *pool, const pk_product *product) {
  (void)pool;
  (void)product;
  return 0;
}

#else
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AMX                                                                              \
  __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"), \
                 min_vector_width(512)))
#define AMX_INLINE static inline __attribute__((always_inline)) AMX

// A panel is 32 rows of a or 32 columns of b: two tiles for each part and each 32 steps of k.
enum { panel_extent = 2 * pk_split_rows, part_elements = 2 * pk_split_tile };
enum { step_elements = pk_split_parts * part_elements };
// b is split in blocks of so many numbers, and of so many columns at most; a sum in registers takes a slice of k.
enum { block_numbers = 1 << 17, block_columns = 512, slice_depth = 256, slice_steps = slice_depth / pk_split_depth };
_Static_assert(block_numbers * 3 * sizeof(uint16_t) <= pk_pool_scratch_floats * sizeof(float), "a block of b fits");
enum { least_rows = 192, least_columns = 96, least_depth = 64, panels_per_task = 2, tasks_per_thread = 4 };
enum { split_columns = 128 };
// Where slices are shared out: the right operand of one fits the memory of a thread.
enum { least_deep_rows = 64, least_deep_sums = 10240, least_deep_slices = 4, rows_per_sum = 16 };
enum { least_slices_per_thread = 2, most_deep_columns = pk_pool_own_floats / (slice_depth * pk_split_parts / 2) };

typedef struct {
  pk_product product;
  size_t panels_per_task;
  size_t column, columns, depth, depths;  // the block of b that is split
  size_t slice;                           // steps of k of a slice, a multiple of 32
  uint16_t *packed;                       // [slice][panel of columns][32 steps][part][tile]
} amx_job;

// Steps `first` ... of a block that form a slice, and where they stand in the whole product.
typedef struct {
  size_t k, count, panel_elements;
  const uint16_t *packed;
} slice;

static slice slice_of(const amx_job *job, size_t first) {
  const size_t count = pk_min(job->slice, job->depths - first), padded = pk_ceil_div(job->columns, panel_extent);
  return (slice){job->depth + first, count, pk_ceil_div(count, pk_split_depth) * step_elements,
                 job->packed + padded * (first / pk_split_depth) * step_elements};
}

// ---- splitting ----------------------------------------------------------------------------------------------------

// `lines` stretches of `length` floats are fetched while what stands before them is split: they lie too far apart for the
// processor to see them coming.
AMX_INLINE void fetch(const float *x, size_t stride, size_t lines, size_t length) {
  for (size_t i = 0; i < lines; i++) {
    for (size_t j = 0; j < length; j += pk_lane_count) __builtin_prefetch(x + i * stride + j, 0, 3);
  }
}

AMX_INLINE void split_left_tile(const pk_product *p, size_t row, size_t height, size_t k, size_t count,
                                size_t count_after, uint16_t *out) {
  pk_split_block block;
  if (p->transpose_a) {
    const float *a = p->a + k * p->lda + row;
    fetch(a + count * p->lda, p->lda, count_after, height);
    pk_split_read_steps(a, p->lda, height, count, &block);
    pk_split_turn(&block);
  } else {
    const float *a = p->a + row * p->lda + k;
    fetch(a + count, p->lda, height, count_after);
    pk_split_read_rows(a, p->lda, height, count, &block);
  }
  pk_split_store_left(&block, part_elements, out);
}

// Rows begin ..< end of a, panel after panel, and all steps of a slice. Neighbouring rows of a transposed a share lines
// of the caches: all panels take a step before the next one.
AMX_INLINE void split_left(const pk_product *p, const slice *slice, size_t begin, size_t end, uint16_t *group) {
  const size_t tiles = pk_ceil_div(end - begin, panel_extent) * 2;
  for (size_t first = 0; first < slice->count; first += pk_split_depth, group += step_elements) {
    const size_t count = pk_min(slice->count - first, pk_split_depth);
    const size_t count_after = pk_min(slice->count - first - count, pk_split_depth);
    for (size_t tile = 0; tile < tiles; tile++) {
      const size_t row = begin + tile * pk_split_rows;
      split_left_tile(p, row, pk_split_rest(end, row), slice->k + first, count, count_after,
                      group + tile / 2 * slice->panel_elements + tile % 2 * pk_split_tile);
    }
  }
}

// What stands at [line, first] of weights of fewer bytes, as float32.
AMX_INLINE const float *unpacked(const pk_weights *weights, size_t line, size_t lines, size_t first, size_t n,
                                 size_t stride, float *buffer) {
  for (size_t i = 0; i < lines; i++) {
    pk_unpack(weights, line + i, (line + i) * stride + first, n, buffer + i * pk_split_depth);
  }
  return buffer;
}

AMX_INLINE void split_right_tile(const pk_product *p, size_t column, size_t width, size_t k, size_t count,
                                 size_t count_after, uint16_t *out) {
  float buffer[pk_split_depth * pk_split_depth];
  pk_split_block block;
  const float *b;
  size_t stride = p->ldb;
  if (p->weights != NULL) {
    b = p->transpose_b ? unpacked(p->weights, column, width, k, count, p->ldb, buffer)
                       : unpacked(p->weights, k, count, column, width, p->ldb, buffer);
    stride = pk_split_depth;
  } else if (p->transpose_b) {
    b = p->b + column * stride + k;
    fetch(b + count, stride, width, count_after);
  } else {
    b = p->b + k * stride + column;
    fetch(b + count * stride, stride, count_after, width);
  }
  if (p->transpose_b) {
    pk_split_read_rows(b, stride, width, count, &block);
    pk_split_turn(&block);
  } else {
    pk_split_read_steps(b, stride, width, count, &block);
  }
  pk_split_store_right(&block, part_elements, out);
}

// A few panels of columns and a slice of k.
static AMX void split_right(void *context, size_t index) {
  const amx_job *job = context;
  const size_t groups = pk_ceil_div(job->columns, split_columns);
  const slice slice = slice_of(job, index / groups * job->slice);
  const size_t begin = index % groups * split_columns, end = pk_min(job->columns, begin + split_columns);
  const size_t tiles = pk_ceil_div(end - begin, panel_extent) * 2;
  uint16_t *out = (uint16_t *)slice.packed + begin / panel_extent * slice.panel_elements;
  for (size_t first = 0; first < slice.count; first += pk_split_depth, out += step_elements) {
    const size_t count = pk_min(slice.count - first, pk_split_depth);
    const size_t count_after = pk_min(slice.count - first - count, pk_split_depth);
    for (size_t tile = 0; tile < tiles; tile++) {
      const size_t column = begin + tile * pk_split_rows;
      split_right_tile(&job->product, job->column + column, pk_split_rest(end, column), slice.k + first, count,
                       count_after, out + tile / 2 * slice.panel_elements + tile % 2 * pk_split_tile);
    }
  }
}

// ---- multiplying --------------------------------------------------------------------------------------------------

typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t bytes_per_row[16];
  uint8_t rows[16];
} __attribute__((packed)) tile_configuration;

AMX_INLINE void prepare_tiles(void) {
  tile_configuration configuration = {.palette = 1};
  for (size_t i = 0; i < 8; i++) {
    configuration.bytes_per_row[i] = pk_split_depth * sizeof(uint16_t);
    configuration.rows[i] = pk_split_rows;
  }
  _tile_loadconfig(&configuration);
}

// Tiles 0 ... 3 are sums, 4 and 5 rows of a, 6 and 7 columns of b.
#define LOAD_LEFT(part)                               \
  _tile_loadd(4, a + (part) * part_elements, 64);     \
  _tile_loadd(5, a + (part) * part_elements + pk_split_tile, 64)
#define LOAD_RIGHT(part)                              \
  _tile_loadd(6, b + (part) * part_elements, 64);     \
  _tile_loadd(7, b + (part) * part_elements + pk_split_tile, 64)
#define MULTIPLY           \
  _tile_dpbf16ps(0, 4, 6); \
  _tile_dpbf16ps(1, 4, 7); \
  _tile_dpbf16ps(2, 5, 6); \
  _tile_dpbf16ps(3, 5, 7)

// One step of 32: the small products first, each load changing one side only.
AMX_INLINE void multiply_step(const uint16_t *a, const uint16_t *b) {
  LOAD_LEFT(0);
  LOAD_RIGHT(2);
  MULTIPLY;
  LOAD_RIGHT(1);
  MULTIPLY;
  LOAD_LEFT(1);
  MULTIPLY;
  LOAD_RIGHT(0);
  MULTIPLY;
  LOAD_LEFT(2);
  MULTIPLY;
  LOAD_LEFT(0);
  MULTIPLY;
}

// sum[32, 32] over all steps, at `sum` in rows `stride` floats apart.
AMX_INLINE void multiply_panels(size_t steps, const uint16_t *a, const uint16_t *b, float *sum, size_t stride) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t step = 0; step < steps; step++, a += step_elements, b += step_elements) multiply_step(a, b);
  const size_t bytes = stride * sizeof *sum;
  _tile_stored(0, sum, bytes);
  _tile_stored(1, sum + pk_split_rows, bytes);
  _tile_stored(2, sum + pk_split_rows * stride, bytes);
  _tile_stored(3, sum + pk_split_rows * stride + pk_split_rows, bytes);
}

// c[rows, width] = alpha * sum + beta * c.
AMX_INLINE void blend(size_t rows, size_t width, const float *sum, size_t stride, float alpha, float beta, float *c,
                      size_t ldc) {
#pragma clang fp reassociate(off) contract(fast)
  for (size_t i = 0; i < rows; i++, sum += stride, c += ldc) {
    if (width == panel_extent) {
#pragma clang loop unroll(full)
      for (size_t j = 0; j < panel_extent; j += pk_lane_count) {
        const pk_lanes x = alpha * *(const pk_lanes *)(sum + j);
        pk_lanes *out = (pk_lanes *)(c + j);
        *out = beta == 0 ? x : x + beta * *out;
      }
    } else {
      for (size_t j = 0; j < width; j++) c[j] = pk_blend(alpha * sum[j], beta, c[j]);
    }
  }
}

// c[rows, width] for one panel of rows and one of columns.
AMX_INLINE void multiply_pair(const amx_job *job, const slice *slice, const uint16_t *a, const uint16_t *b, size_t row,
                              size_t rows, size_t first) {
  const pk_product *p = &job->product;
  const size_t steps = slice->panel_elements / step_elements, width = pk_min(panel_extent, job->columns - first);
  const float beta = slice->k == 0 ? p->beta : 1;
  float *c = p->c + row * p->ldc + job->column + first;
  // Lines of c come while the sums are made: a store that waits for one holds up the tiles behind it.
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < width; j += pk_lane_count) __builtin_prefetch(c + i * p->ldc + j, 1);
  }
  if (rows == panel_extent && width == panel_extent && p->alpha == 1 && beta == 0) {
    multiply_panels(steps, a, b, c, p->ldc);
    return;
  }
  _Alignas(64) float sum[panel_extent * panel_extent];
  multiply_panels(steps, a, b, sum, panel_extent);
  blend(rows, width, sum, panel_extent, p->alpha, beta, c, p->ldc);
}

// Rows begin ..< end: each panel of columns is used for all of them while it is in the second-level cache.
AMX_INLINE void multiply_slice(const amx_job *job, const slice *slice, size_t begin, size_t end) {
  _Alignas(64) uint16_t group[panels_per_task * slice_steps * step_elements];
  split_left(&job->product, slice, begin, end, group);
  const uint16_t *b = slice->packed;
  for (size_t first = 0; first < job->columns; first += panel_extent, b += slice->panel_elements) {
    const uint16_t *a = group;
    for (size_t row = begin; row < end; row += panel_extent, a += slice->panel_elements) {
      multiply_pair(job, slice, a, b, row, pk_min(panel_extent, end - row), first);
    }
  }
}

static AMX void multiply(void *context, size_t index) {
  const amx_job *job = context;
  const size_t begin = index * job->panels_per_task * panel_extent;
  const size_t end = pk_min(job->product.m, begin + job->panels_per_task * panel_extent);
  prepare_tiles();
  for (size_t first = 0; first < job->depths; first += job->slice) {
    const slice slice = slice_of(job, first);
    multiply_slice(job, &slice, begin, end);
  }
  _tile_release();
}

// ---- small c, long k: gradients of weights -------------------------------------------------------------------------

// Slices first ..< first + count, whose sums stand one after the other in `sums`, rows `stride` floats apart.
typedef struct {
  amx_job whole;
  size_t first, count, stride;
  float *sums;
} deep_job;

// One slice as a product of its own, by one thread.
static AMX void multiply_steps(void *context, size_t index) {
  const deep_job *deep = context;
  amx_job job = deep->whole;
  pk_product *p = &job.product;
  const size_t k = (deep->first + index) * job.slice;
  p->a += p->transpose_a ? k * p->lda : k;
  p->b += p->transpose_b ? k : k * p->ldb;
  p->k = job.depths = pk_min(job.slice, p->k - k);
  p->c = deep->sums + index * p->m * deep->stride;
  p->ldc = deep->stride;
  p->alpha = 1;
  p->beta = 0;
  job.columns = p->n;
  job.packed = (uint16_t *)pk_pool_own_scratch();
  for (size_t group = 0; group < pk_ceil_div(p->n, split_columns); group++) split_right(&job, group);
  for (size_t row = 0; row < p->m; row += job.panels_per_task * panel_extent) {
    multiply(&job, row / (job.panels_per_task * panel_extent));
  }
}

// A few rows of c: what the slices found, in their order.
static AMX void add_slices(void *context, size_t index) {
  const deep_job *deep = context;
  const pk_product *p = &deep->whole.product;
  const size_t row = index * rows_per_sum, rows = pk_min(rows_per_sum, p->m - row);
  for (size_t first = 0; first < p->n; first += panel_extent) {
    const float *sum = deep->sums + row * deep->stride + first;
    for (size_t i = 0; i < deep->count; i++, sum += p->m * deep->stride) {
      blend(rows, pk_min(panel_extent, p->n - first), sum, deep->stride, p->alpha,
            deep->first + i == 0 ? p->beta : 1, p->c + row * p->ldc + first, p->ldc);
    }
  }
}

static size_t sums_stride(const pk_product *p) { return pk_ceil_div(p->n, panel_extent) * panel_extent; }

// Slices that can be worked on at once: there is memory for the sums of so many.
static size_t slices_at_once(const amx_job *job) {
  const pk_product *p = &job->product;
  return pk_min(pk_ceil_div(p->k, job->slice), pk_pool_scratch_floats / (p->m * sums_stride(p)));
}

static int is_deep(const amx_job *job) {
  const pk_product *p = &job->product;
  return p->weights == NULL && p->m >= least_deep_rows && p->m * p->n >= least_deep_sums &&
         p->n <= most_deep_columns && slices_at_once(job) >= least_deep_slices;
}

static void multiply_deep(pk_pool *pool, const amx_job *job) {
  const pk_product *p = &job->product;
  const size_t slices = pk_ceil_div(p->k, job->slice);
  deep_job deep = {.whole = *job, .stride = sums_stride(p), .sums = pk_pool_scratch(pool)};
  deep.whole.panels_per_task = panels_per_task;
  for (; deep.first < slices; deep.first += deep.count) {
    deep.count = pk_min(slices_at_once(job), slices - deep.first);
    pk_pool_run(pool, deep.count, multiply_steps, &deep);
    pk_pool_run(pool, pk_ceil_div(p->m, rows_per_sum), add_slices, &deep);
  }
}

// ---- blocks -------------------------------------------------------------------------------------------------------

static int find_amx(void) {
  enum { amx_bf16 = 1 << 22, amx_tile = 1 << 24, avx512_bf16 = 1 << 5, request_permission = 0x1023, tile_data = 18 };
  unsigned a, b, c, d;
  if (!__builtin_cpu_supports("x86-64-v4")) return 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d & amx_bf16) || !(d & amx_tile)) return 0;
  if (!__get_cpuid_count(7, 1, &a, &b, &c, &d) || !(a & avx512_bf16)) return 0;
  // The kernel keeps room for the tiles of a thread only if the process asks for it.
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

int pk_gemm_has_amx(void) {
  static _Atomic int found = -1;
  if (found < 0) found = find_amx();
  return found;
}

// Equal parts of at most `limit`, in units of `unit`.
static size_t part_of(size_t all, size_t limit, size_t unit) {
  const size_t parts = pk_ceil_div(all, limit);
  return pk_ceil_div(pk_ceil_div(all, parts), unit) * unit;
}

// b in blocks, rows of a shared out.
static void multiply_wide(pk_pool *pool, const amx_job *whole) {
  amx_job job = *whole;
  const pk_product *p = &job.product;
  const size_t width = part_of(p->n, block_columns, panel_extent);
  const size_t depth = block_numbers / width / job.slice * job.slice;
  const size_t panels = pk_ceil_div(p->m, panel_extent), tasks = pk_pool_threads(pool) * tasks_per_thread;
  job.packed = (uint16_t *)pk_pool_scratch(pool);
  job.panels_per_task = pk_min(panels_per_task, pk_ceil_div(panels, tasks));
  for (job.column = 0; job.column < p->n; job.column += width) {
    for (job.depth = 0; job.depth < p->k; job.depth += depth) {
      job.columns = pk_min(width, p->n - job.column);
      job.depths = pk_min(depth, p->k - job.depth);
      const size_t slices = pk_ceil_div(job.depths, job.slice);
      pk_pool_run(pool, slices * pk_ceil_div(job.columns, split_columns), split_right, &job);
      pk_pool_run(pool, pk_ceil_div(panels, job.panels_per_task), multiply, &job);
    }
  }
}

// Whether these kernels take a product does not depend on the threads, for others find other last bits; the way does.
int pk_gemm_amx(pk_pool *pool, const pk_product *p) {
  if (pk_pool_gemm_kernels(pool) != PK_GEMM_AMX || p->n < least_columns || p->k < least_depth) return 0;
  const amx_job job = {.product = *p, .slice = part_of(p->k, slice_depth, pk_split_depth)};
  const int deep = is_deep(&job);
  if (!deep && p->m < least_rows) return 0;
  if (deep && slices_at_once(&job) >= least_slices_per_thread * pk_pool_threads(pool)) {
    multiply_deep(pool, &job);
  } else {
    multiply_wide(pool, &job);
  }
  return 1;
}
#endif
