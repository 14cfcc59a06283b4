#include "gemm.h"
#include "gemm_tile.h"
#include "weights.h"

// Large products, after Goto and van de Geijn 2008 (Anatomy of high-performance matrix multiplication): b is packed once
// into strips as wide as a tile, for all threads; rows of a stream past it. Every element of c is the sum over k in
// order, in blocks of tile_depth, whatever tile it falls into: the same bits at any thread count and for any division.
//
// Where c is much wider than high and b stands transposed (logits: few rows, many tokens), packing b would cost more
// than multiplying by it saves. Then c transposed = b times a transposed is computed, and a is packed.

enum { block_columns = 512, block_floats = block_columns * pk_tile_depth };
// A transposed a is packed in panels of this many strips, so that whole cache lines of it are used.
enum { panel_strips = 4 };
enum { turned_ratio = 4, turned_rows = 192, in_place_floats = 1 << 16, in_place_rows = 160, in_place_columns = 1024 };
enum { flops_per_task = 2000000, tasks_per_thread = 8, least_rows = 48, many_strips = 16 };

// The rows of a that will be read next are fetched into the second-level cache while the tiles before it are computed, a
// share with each: rows that stand far apart are beyond what the processor fetches by itself.
typedef struct {
  const float *a;
  size_t lines, length, stride;  // `lines` stretches of `length` floats, `stride` apart
  size_t share, done;            // stretches of a share, and how many are fetched
} prefetch;

INLINE prefetch prefetch_of(const float *a, size_t lines, size_t length, size_t stride, size_t shares) {
  return (prefetch){a, lines, length, stride, pk_ceil_div(lines, pk_max(shares, 1)), 0};
}

INLINE void prefetch_share(prefetch *next) {
  const size_t end = pk_min(next->lines, next->done + next->share);
  for (; next->done < end; next->done++) {
    const float *line = next->a + next->done * next->stride;
    for (size_t j = 0; j < next->length; j += pk_lane_count) __builtin_prefetch(line + j, 0, 2);
  }
}

typedef struct {
  pk_product product;
  int turned;              // c stands transposed, m and n, a and b having changed places
  int in_place;            // b is read where it is
  size_t rows_per_task;
  size_t column, columns;  // the block of b that is packed
  size_t depth, depths;
  float *packed;
} packed_job;

// ---- one instruction set: its tile and its tasks ------------------------------------------------------------------

// The same as packing b for weights of fewer bytes: rows row ... of them if b is transposed, else columns.
INLINE void pack_weights(const pk_product *p, size_t strip_width, size_t count, size_t width, size_t row, size_t column,
                         float *out) {
  if (p->transpose_b) {
    float lines[pk_tile_vectors_limit * pk_lane_count * pk_tile_depth];
    for (size_t i = 0; i < width; i++) {
      pk_unpack(p->weights, column + i, (column + i) * p->ldb + row, count, lines + i * count);
    }
    pk_pack_turned(strip_width, count, width, lines, count, out);
    return;
  }
  for (size_t j = 0; j < count; j++, out += strip_width) {
    pk_unpack(p->weights, row + j, (row + j) * p->ldb + column, width, out);
    for (size_t i = width; i < strip_width; i++) out[i] = 0;
  }
}

// Packs strip `index` of the block of b, depth block after depth block.
INLINE void pack_strip(const packed_job *job, size_t strip_width, size_t index) {
  const pk_product *p = &job->product;
  const size_t first = index * strip_width;
  const size_t width = pk_min(strip_width, job->columns - first);
  const size_t padded = pk_ceil_div(job->columns, strip_width) * strip_width;
  for (size_t depth = 0; depth < job->depths; depth += pk_tile_depth) {
    const size_t count = pk_min(pk_tile_depth, job->depths - depth);
    float *out = job->packed + depth * padded + first * count;
    const size_t row = job->depth + depth, column = job->column + first;
    if (p->weights != NULL) {
      pack_weights(p, strip_width, count, width, row, column, out);
    } else if (p->transpose_b) {
      pk_pack_turned(strip_width, count, width, p->b + column * p->ldb + row, p->ldb, out);
    } else {
      pk_pack_straight(strip_width, count, width, p->b + row * p->ldb + column, p->ldb, out);
    }
  }
}

// The strip of b whose first column in the block is `first`.
INLINE pk_strip strip_of(const packed_job *job, size_t strip_width, size_t depth, size_t count, size_t first,
                         size_t row) {
  const pk_product *p = &job->product;
  const size_t padded = pk_ceil_div(job->columns, strip_width) * strip_width;
  const size_t column = job->column + first;
  pk_strip strip = {
    .b = job->packed + depth * padded + first * count, .step = strip_width,
    .width = pk_min(strip_width, job->columns - first), .alpha = p->alpha,
    .beta = job->depth + depth == 0 ? p->beta : 1, .turned = job->turned,
    .c = job->turned ? p->c + column * p->ldc + row : p->c + row * p->ldc + column, .ldc = p->ldc};
  if (job->in_place) {
    // The last strip begins early enough not to reach beyond the end of a row.
    strip.skip = strip_width - strip.width;
    strip.b = p->b + (job->depth + depth) * p->ldb + column - strip.skip;
    strip.step = p->ldb;
  }
  return strip;
}

// All columns of the block for `rows` rows of a, which stand at a[i * a_row + j * a_depth].
INLINE void multiply_strip(const packed_job *job, size_t rows, size_t vectors, size_t depth, size_t count,
                           const float *a, size_t a_row, size_t a_depth, size_t row, prefetch *next) {
  const size_t strip_width = vectors * pk_lane_count;
  for (size_t first = 0; first < job->columns; first += strip_width) {
    prefetch_share(next);
    const pk_strip strip = strip_of(job, strip_width, depth, count, first, row);
    pk_tile(rows, vectors, count, a, a_row, a_depth, &strip);
  }
}

// Room for one strip of a packed a: a whole vector is written for its last step.
INLINE size_t strip_floats(size_t tile_rows, size_t count) { return tile_rows * count + pk_lane_count; }

// packed = count steps of k of the rows of a transposed a, strip after strip: [strip][count, tile_rows].
INLINE void pack_rows(const pk_product *p, size_t tile_rows, size_t rows, size_t k, size_t count, size_t row,
                      float *packed) {
  for (size_t j = 0; j < count; j++) {
    const float *a = p->a + (k + j) * p->lda + row;
    float *out = packed + j * tile_rows;
    for (size_t first = 0; first < rows; first += tile_rows, out += strip_floats(tile_rows, count)) {
      if (row + first + pk_lane_count <= p->m) {
        *(pk_lanes *)out = *(const pk_lanes *)(a + first);  // what is too much is overwritten by the next step
      } else {
        memcpy(out, a + first, pk_min(tile_rows, rows - first) * sizeof *a);
      }
    }
  }
}

// A strip of `rows` rows, at most tile_rows.
INLINE void multiply_any_strip(const packed_job *job, size_t rows, size_t tile_rows, size_t vectors, size_t depth,
                               size_t count, const float *a, size_t a_row, size_t a_depth, size_t row,
                               prefetch *next) {
  if (rows == tile_rows) {
    multiply_strip(job, tile_rows, vectors, depth, count, a, a_row, a_depth, row, next);
    return;
  }
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    multiply_strip(job, 4, vectors, depth, count, a + i * a_row, a_row, a_depth, row + i, next);
  }
  for (; i < rows; i++) {
    multiply_strip(job, 1, vectors, depth, count, a + i * a_row, a_row, a_depth, row + i, next);
  }
}

// The rows begin ..< end of one depth block, a standing transposed: panel by panel packed, then multiplied.
INLINE void multiply_panels(const packed_job *job, size_t tile_rows, size_t vectors, size_t depth, size_t count,
                            size_t begin, size_t end) {
  const pk_product *p = &job->product;
  const size_t k = job->depth + depth, panel_rows = tile_rows * panel_strips;
  const size_t tiles = panel_strips * pk_ceil_div(job->columns, vectors * pk_lane_count);
  float panel[panel_strips * (pk_tile_rows_limit * pk_tile_depth + pk_lane_count)];
  for (size_t first = begin; first < end; first += panel_rows) {
    const size_t last = pk_min(end, first + panel_rows);
    pack_rows(p, tile_rows, last - first, k, count, first, panel);
    prefetch next = prefetch_of(p->a + k * p->lda + last, count, pk_min(end - last, panel_rows), p->lda, tiles);
    for (size_t row = first; row < last; row += tile_rows) {
      const float *strip = panel + (row - first) / tile_rows * strip_floats(tile_rows, count);
      multiply_any_strip(job, pk_min(tile_rows, last - row), tile_rows, vectors, depth, count, strip, 1, tile_rows,
                         row, &next);
    }
  }
}

// The same for a as it stands.
INLINE void multiply_strips(const packed_job *job, size_t tile_rows, size_t vectors, size_t depth, size_t count,
                            size_t begin, size_t end) {
  const pk_product *p = &job->product;
  const float *a = p->a + job->depth + depth;
  const size_t tiles = pk_ceil_div(job->columns, vectors * pk_lane_count);
  for (size_t row = begin; row < end; row += tile_rows) {
    const size_t last = pk_min(end, row + tile_rows);
    prefetch next = prefetch_of(a + last * p->lda, pk_min(end - last, tile_rows), count, p->lda, tiles);
    multiply_any_strip(job, last - row, tile_rows, vectors, depth, count, a + row * p->lda, p->lda, 1, row, &next);
  }
}

INLINE void multiply_task(const packed_job *job, size_t tile_rows, size_t vectors, size_t index) {
  const size_t begin = index * job->rows_per_task;
  const size_t end = pk_min(job->product.m, begin + job->rows_per_task);
  for (size_t depth = 0; depth < job->depths; depth += pk_tile_depth) {
    const size_t count = pk_min(pk_tile_depth, job->depths - depth);
    if (job->product.transpose_a) {
      multiply_panels(job, tile_rows, vectors, depth, count, begin, end);
    } else {
      multiply_strips(job, tile_rows, vectors, depth, count, begin, end);
    }
  }
}

#if defined(__x86_64__)

#define AVX512 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define AVX2 __attribute__((target("arch=x86-64-v3")))

enum { avx512_rows = 12, avx512_vectors = 2, avx2_rows = 6, avx2_vectors = 1 };

static AVX512 void pack_avx512(void *context, size_t index) {
  pack_strip(context, avx512_vectors * pk_lane_count, index);
}
static AVX512 void multiply_avx512(void *context, size_t index) {
  multiply_task(context, avx512_rows, avx512_vectors, index);
}
static AVX2 void pack_avx2(void *context, size_t index) { pack_strip(context, avx2_vectors * pk_lane_count, index); }
static AVX2 void multiply_avx2(void *context, size_t index) {
  multiply_task(context, avx2_rows, avx2_vectors, index);
}

#endif

typedef struct {
  size_t tile_rows, strip_width;
  pk_task pack, multiply;
} tile_kernels;

int pk_gemm_best(void) {
#if defined(__x86_64__)
  if (pk_gemm_has_amx()) return PK_GEMM_AMX;
  if (__builtin_cpu_supports("x86-64-v4")) return PK_GEMM_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return PK_GEMM_AVX2;
#endif
  return PK_GEMM_OPENBLAS;
}

static int find_kernels(const pk_pool *pool, tile_kernels *kernels) {
  switch (pk_pool_gemm_kernels(pool)) {
#if defined(__x86_64__)
    case PK_GEMM_AMX:
    case PK_GEMM_AVX512:
      *kernels = (tile_kernels){avx512_rows, avx512_vectors * pk_lane_count, pack_avx512, multiply_avx512};
      return 1;
    case PK_GEMM_AVX2:
      *kernels = (tile_kernels){avx2_rows, avx2_vectors * pk_lane_count, pack_avx2, multiply_avx2};
      return 1;
#endif
    default: return 0;
  }
}

// ---- blocks -------------------------------------------------------------------------------------------------------

static int is_better_turned(const pk_product *p) {
  const int is_turnable = p->weights == NULL && p->transpose_b && !p->transpose_a;
  return is_turnable && p->m < turned_rows && p->n >= turned_ratio * p->m;
}

static void turn(packed_job *job) {
  const pk_product p = job->product;
  job->turned = 1;
  job->product = (pk_product){
    .transpose_a = !p.transpose_b, .transpose_b = !p.transpose_a, .m = p.n, .n = p.m, .k = p.k, .lda = p.ldb,
    .ldb = p.lda, .ldc = p.ldc, .alpha = p.alpha, .beta = p.beta, .a = p.b, .b = p.a, .c = p.c};
}

// Enough tasks for every thread to finish at about the same time, none too small to be worth handing out.
static size_t rows_per_task(const packed_job *job, size_t threads, size_t tile_rows) {
  const size_t m = job->product.m;
  const size_t least = pk_max(least_rows, pk_ceil_div(flops_per_task, 2 * job->columns * job->depths));
  const size_t wanted = pk_max(least, pk_ceil_div(m, threads * tasks_per_thread));
  const size_t tasks = pk_ceil_div(pk_ceil_div(m, wanted), threads) * threads;
  const size_t rows = pk_ceil_div(m, tasks);
  const size_t unit = m < many_strips * tile_rows ? 4 : tile_rows;
  return pk_ceil_div(rows, unit) * unit;
}

static void run_block(pk_pool *pool, packed_job *job, const tile_kernels *kernels) {
  job->rows_per_task = rows_per_task(job, pk_pool_threads(pool), kernels->tile_rows);
  if (!job->in_place) pk_pool_run(pool, pk_ceil_div(job->columns, kernels->strip_width), kernels->pack, job);
  pk_pool_run(pool, pk_ceil_div(job->product.m, job->rows_per_task), kernels->multiply, job);
}

// Whether b can be read as it stands: it lies in the caches, or there are so few rows that it is hardly read twice and
// its own rows are neither crooked nor a page apart.
static int is_read_in_place(const pk_product *p, size_t strip_width) {
  if (p->transpose_b || p->weights != NULL || p->n < strip_width) return 0;
  if (p->n * p->k <= in_place_floats) return 1;
  return p->m <= in_place_rows && p->n <= in_place_columns && p->n % pk_lane_count == 0;
}

int pk_gemm_packed(pk_pool *pool, const pk_product *product) {
  tile_kernels kernels;
  if (!find_kernels(pool, &kernels)) return 0;
  packed_job job = {.product = *product, .packed = pk_pool_scratch(pool)};
  if (is_better_turned(product)) turn(&job);
  const pk_product *p = &job.product;
  job.in_place = is_read_in_place(p, kernels.strip_width);
  if (job.in_place) {
    job.columns = p->n;
    job.depths = p->k;
    run_block(pool, &job, &kernels);
    return 1;
  }
  const size_t blocks = pk_ceil_div(p->n, block_columns);
  const size_t block_width = pk_ceil_div(pk_ceil_div(p->n, blocks), kernels.strip_width) * kernels.strip_width;
  const size_t block_depth = block_floats / block_width / pk_tile_depth * pk_tile_depth;
  for (job.column = 0; job.column < p->n; job.column += block_width) {
    for (job.depth = 0; job.depth < p->k; job.depth += block_depth) {
      job.columns = pk_min(block_width, p->n - job.column);
      job.depths = pk_min(block_depth, p->k - job.depth);
      run_block(pool, &job, &kernels);
    }
  }
  return 1;
}
