#include <cblas.h>

#include "gemm.h"

// The grid of output tiles depends on m, n, k alone and k is never split: the same bits at any thread count.
typedef struct {
  const pk_product *product;
  size_t tile_rows, tile_columns, tiles_across;
} tiled_job;

enum { flops_per_tile = 2000000, few_tiles = 4, most_tiles = 16, least_side = 64, least_area = 128 * 256 };

// The longer side is halved while that pays: both operands are packed again for every tile, which at 256 x 256 costs
// 5 % and at 128 x 128 20 % of the product. The first few tiles may be small all the same: two threads gain more.
static void choose_tiles(tiled_job *job) {
  const pk_product *p = job->product;
  const double wanted = 2.0 * (double)p->m * (double)p->n * (double)p->k / flops_per_tile;
  const size_t limit = wanted > most_tiles ? most_tiles : (size_t)wanted;
  size_t rows = p->m, columns = p->n;
  for (size_t tiles = 2; tiles <= limit; tiles *= 2) {
    const size_t longer = pk_max(rows, columns);
    if (longer < 2 * least_side || (tiles > few_tiles && rows * columns < 2 * least_area)) break;
    if (rows >= columns) {
      rows = pk_ceil_div(rows, 2);
    } else {
      columns = pk_ceil_div(columns, 2);
    }
  }
  // Multiples of 16 keep every tile but the last ones on full vectors.
  job->tile_rows = pk_ceil_div(rows, 16) * 16;
  job->tile_columns = pk_ceil_div(columns, 16) * 16;
  job->tiles_across = pk_ceil_div(p->n, job->tile_columns);
}

static void tile_task(void *context, size_t index) {
  const tiled_job *job = context;
  const pk_product *p = job->product;
  const size_t row = index / job->tiles_across * job->tile_rows;
  const size_t column = index % job->tiles_across * job->tile_columns;
  const size_t rows = pk_min(job->tile_rows, p->m - row);
  const size_t columns = pk_min(job->tile_columns, p->n - column);
  const float *a = p->a + (p->transpose_a ? row : row * p->lda);
  const float *b = p->b + (p->transpose_b ? column * p->ldb : column);
  cblas_sgemm(CblasRowMajor, p->transpose_a ? CblasTrans : CblasNoTrans, p->transpose_b ? CblasTrans : CblasNoTrans,
              (blasint)rows, (blasint)columns, (blasint)p->k, p->alpha, a, (blasint)p->lda, b, (blasint)p->ldb,
              p->beta, p->c + row * p->ldc + column, (blasint)p->ldc);
}

void pk_gemm_openblas(pk_pool *pool, const pk_product *product) {
  tiled_job job = {.product = product};
  choose_tiles(&job);
  pk_pool_run(pool, pk_ceil_div(product->m, job.tile_rows) * job.tiles_across, tile_task, &job);
}
