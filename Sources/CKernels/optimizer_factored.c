#include "kernel.h"

// Adafactor: moments, the size of an update, and the update itself. The update is computed twice rather than kept, so
// that no memory of the parameter's size is needed.

enum {
  grain = 16384,           // elements per task, at least
  most_tasks = 1024,       // of a sum: each writes one double
  columns_per_task = 256,  // of the column moments
};

typedef struct {
  pk_second_moment moment;
  size_t per_task;      // rows of a factored moment, elements of a full one
  float inverse_mean;   // of the row moments
  float clip, weight, epsilon, retention, rate;
  const float *g;
  float *p;
  double *sums;
} factored_job;

INLINE size_t element_count(const pk_second_moment *m) { return m->rows * m->columns; }

// How many rows, or elements of a full moment, a task takes: by shape alone.
static size_t units_per_task(const pk_second_moment *m) {
  const size_t units = m->full != NULL ? element_count(m) : m->rows;
  const size_t unit = m->full != NULL ? 1 : pk_max(1, m->columns);
  return pk_max(pk_ceil_div(units, most_tasks), pk_ceil_div(grain, unit));
}

static size_t task_count(const factored_job *job) {
  const pk_second_moment *m = &job->moment;
  return pk_ceil_div(m->full != NULL ? element_count(m) : m->rows, job->per_task);
}

// ---- moments ------------------------------------------------------------------------------------------------------

static KERNEL void full_moment_task(void *context, size_t index) {
  const factored_job *job = context;
  const size_t begin = index * job->per_task, end = pk_min(element_count(&job->moment), begin + job->per_task);
  const float clip = job->clip, weight = job->weight, *g = job->g;
  float *v = job->moment.full;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = begin; i < end; i++) {
    const float x = clip * g[i];
    v[i] += weight * (x * x - v[i]);
  }
}

static KERNEL void row_moment_task(void *context, size_t index) {
  FP_RELAXED
  const factored_job *job = context;
  const size_t columns = job->moment.columns;
  const size_t begin = index * job->per_task, end = pk_min(job->moment.rows, begin + job->per_task);
  for (size_t row = begin; row < end; row++) {
    const float *g = job->g + row * columns;
    double sum = 0;
    for (size_t c = 0; c < columns; c++) sum += (double)g[c] * (double)g[c];
    const double mean = (double)job->clip * (double)job->clip * sum / (double)columns;
    float *r = job->moment.row + row;
    *r += job->weight * ((float)mean - *r);
  }
}

static KERNEL void column_moment_task(void *context, size_t index) {
  const factored_job *job = context;
  const size_t rows = job->moment.rows, columns = job->moment.columns;
  const size_t begin = index * columns_per_task, width = pk_min(columns_per_task, columns - begin);
  double sum[columns_per_task] = {0};
  for (size_t row = 0; row < rows; row++) {
    const float *g = job->g + row * columns + begin;
    for (size_t c = 0; c < width; c++) sum[c] += (double)g[c] * (double)g[c];
  }
  const double scale = (double)job->clip * (double)job->clip / (double)rows;
  float *column = job->moment.column + begin;
  for (size_t c = 0; c < width; c++) column[c] += job->weight * ((float)(scale * sum[c]) - column[c]);
}

void pk_second_moment_update(pk_pool *pool, const pk_second_moment *moment, const float *g, float clip, float weight) {
  if (element_count(moment) == 0) return;
  factored_job job = {.moment = *moment, .per_task = units_per_task(moment), .clip = clip, .weight = weight, .g = g};
  if (moment->full != NULL) {
    pk_pool_run(pool, task_count(&job), full_moment_task, &job);
    return;
  }
  pk_pool_run(pool, task_count(&job), row_moment_task, &job);
  pk_pool_run(pool, pk_ceil_div(moment->columns, columns_per_task), column_moment_task, &job);
}

// ---- update -------------------------------------------------------------------------------------------------------

// g / sqrt(max(v, epsilon^2)).
INLINE float scaled(float g, float v, float floor) { return g / sqrtf(v < floor ? floor : v); }

static KERNEL void update_sum_task(void *context, size_t index) {
  FP_RELAXED
  const factored_job *job = context;
  const pk_second_moment *m = &job->moment;
  const float clip = job->clip, floor = job->epsilon * job->epsilon;
  const size_t begin = index * job->per_task;
  double sum = 0;
  if (m->full != NULL) {
    const size_t end = pk_min(element_count(m), begin + job->per_task);
    for (size_t i = begin; i < end; i++) {
      const double u = scaled(clip * job->g[i], m->full[i], floor);
      sum += u * u;
    }
    job->sums[index] = sum;
    return;
  }
  const size_t end = pk_min(m->rows, begin + job->per_task);
  for (size_t row = begin; row < end; row++) {
    const float r = m->row[row] * job->inverse_mean, *g = job->g + row * m->columns, *column = m->column;
    for (size_t c = 0; c < m->columns; c++) {
      const double u = scaled(clip * g[c], r * column[c], floor);
      sum += u * u;
    }
  }
  job->sums[index] = sum;
}

static KERNEL void update_task(void *context, size_t index) {
  const factored_job *job = context;
  const pk_second_moment *m = &job->moment;
  const float clip = job->clip, floor = job->epsilon * job->epsilon;
  const float retention = job->retention, rate = job->rate;
  const size_t begin = index * job->per_task;
  if (m->full != NULL) {
    const size_t end = pk_min(element_count(m), begin + job->per_task);
    const float *g = job->g, *v = m->full;
    float *p = job->p;
#pragma clang loop vectorize(assume_safety)
    for (size_t i = begin; i < end; i++) p[i] = retention * p[i] - rate * scaled(clip * g[i], v[i], floor);
    return;
  }
  const size_t end = pk_min(m->rows, begin + job->per_task);
  for (size_t row = begin; row < end; row++) {
    const float r = m->row[row] * job->inverse_mean, *g = job->g + row * m->columns, *column = m->column;
    float *p = job->p + row * m->columns;
#pragma clang loop vectorize(assume_safety)
    for (size_t c = 0; c < m->columns; c++) {
      p[c] = retention * p[c] - rate * scaled(clip * g[c], r * column[c], floor);
    }
  }
}

static factored_job update_job(const pk_second_moment *moment, const float *g, float clip, float epsilon) {
  factored_job job = {
      .moment = *moment, .per_task = units_per_task(moment), .clip = clip, .epsilon = epsilon, .g = g};
  if (moment->full == NULL) {
    double sum = 0;
    for (size_t row = 0; row < moment->rows; row++) sum += moment->row[row];
    const float mean = (float)(sum / (double)moment->rows);
    job.inverse_mean = 1.0f / (mean < epsilon ? epsilon : mean);
  }
  return job;
}

double pk_adafactor_sum_of_squares(pk_pool *pool, const pk_second_moment *moment, const float *g, float clip,
                                   float epsilon) {
  if (element_count(moment) == 0) return 0;
  double total = 0, sums[most_tasks];
  factored_job job = update_job(moment, g, clip, epsilon);
  job.sums = sums;
  const size_t count = task_count(&job);
  pk_pool_run(pool, count, update_sum_task, &job);
  for (size_t i = 0; i < count; i++) total += sums[i];
  return total;
}

void pk_adafactor(pk_pool *pool, const pk_second_moment *moment, float *p, const float *g, float clip, float epsilon,
                  float retention, float rate) {
  if (element_count(moment) == 0) return;
  factored_job job = update_job(moment, g, clip, epsilon);
  job.retention = retention;
  job.rate = rate;
  job.p = p;
  pk_pool_run(pool, task_count(&job), update_task, &job);
}
