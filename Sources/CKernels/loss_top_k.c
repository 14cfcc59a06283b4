#include "loss_likeliest.h"

typedef struct {
  size_t rows, vocabulary, k, grain;
  float *z;
  const int32_t *ids;
  const float *log_probabilities;
  int tail_bucket;
  const int32_t *label;
  const pk_loss_mix *mix;
  float scale;
  int gradient;
  float *stats, *scratch;
} top_k_job;

// One row. `logits` keeps z at the stored ids, while z itself turns into exp(z - largest), 0 at the stored ids.
typedef struct {
  size_t n, count;
  const int32_t *ids;
  const float *log_probabilities;
  float *z, *logits;
  float largest, log_sum, log_stored;  // log_stored: what to subtract from the stored log-probabilities
  float reverse_constant;
  pk_outcome tail;
  pk_likeliest *likeliest;  // of the stored ids
} top_k_row;

// The most likely stored id, the lowest one of a tie; `count` must not be 0.
INLINE size_t teacher_choice(const top_k_row *r) {
  size_t best = 0;
  for (size_t j = 1; j < r->count; j++) {
    const float now = r->log_probabilities[j], top = r->log_probabilities[best];
    if (now > top || (now == top && r->ids[j] < r->ids[best])) best = j;
  }
  return (size_t)r->ids[best];
}

INLINE float row_sum(size_t n, const float *x) {
  FP_RELAXED
  float sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  return sum;
}

// z becomes exp(z - largest), 0 at the stored ids: the sum is the tail without any cancellation. Returns it, kept off 0
// as alpha is.
INLINE double split_mass(top_k_row *r, double *stored) {
  for (size_t j = 0; j < r->count; j++) r->logits[j] = r->z[r->ids[j]];
  pk_exp_in_place(r->n, r->z, r->largest);
  *stored = 0;
  for (size_t j = 0; j < r->count; j++) {
    *stored += (double)r->z[r->ids[j]];
    r->z[r->ids[j]] = 0;
  }
  double tail = 0;
  for (size_t begin = 0; begin < r->n; begin += pk_loss_block) {
    tail += (double)row_sum(pk_min(pk_loss_block, r->n - begin), r->z + begin);
  }
  return r->count < r->n && tail < FLT_MIN ? FLT_MIN : tail;
}

// What the teacher's stored probabilities leave. Rounding of the stored numbers may eat a small tail: it is then taken
// as 2^-24. With every id stored there is no tail.
INLINE void set_teacher_tail(top_k_row *r, int tail_bucket) {
  double stored = 0;
  for (size_t j = 0; j < r->count; j++) stored += exp((double)r->log_probabilities[j]);
  if (tail_bucket) {
    const double left = r->count == r->n ? 0 : 1 - stored < 0x1p-24 ? 0x1p-24 : 1 - stored;
    r->tail.p = (float)left;
    r->tail.log_p = (float)log(left);
    r->log_stored = 0;
    r->reverse_constant = 0;
  } else {
    // The reverse KL runs over the stored ids alone (elsewhere it is infinite): a ratio of 1 takes the tail out of it.
    r->tail.p = 0;
    r->tail.log_p = r->tail.log_q;
    r->log_stored = (float)log(stored);
    r->reverse_constant = 1;
  }
}

INLINE pk_outcome stored_outcome(const top_k_row *r, size_t j) {
  const float log_p = r->log_probabilities[j] - r->log_stored, log_q = r->logits[j] - r->largest - r->log_sum;
  return (pk_outcome){pk_softmax_exp(log_p), log_p, pk_softmax_exp(log_q), log_q};
}

INLINE void sum_outcomes(const top_k_row *r, int mean, float beta, pk_divergences *row) {
  for (size_t begin = 0; begin < r->count; begin += pk_loss_block) {
    pk_divergence_sums block = {0};
    const size_t end = pk_min(r->count, begin + pk_loss_block);
    for (size_t j = begin; j < end; j++) pk_add_outcome(stored_outcome(r, j), mean, beta, &block);
    pk_add_block(&block, row);
  }
  pk_divergence_sums tail = {0};
  pk_add_outcome(r->tail, mean, beta, &tail);
  pk_add_block(&tail, row);
}

// Every token of the tail shares the tail's slope. Where the reverse KL runs over the stored ids alone, the constant 1
// of its derivative log(q/p) + 1 no longer cancels.
INLINE void write_gradient(const top_k_row *r, const pk_loss_mix *mix, float scale, const pk_divergences *d,
                           double stored_q) {
  const int mean = mix->jensen_shannon != 0;
  pk_slopes s = pk_slopes_of(mix, d);
  const float constant = r->reverse_constant * mix->reverse_kl;
  s.mean_slope += constant * (float)stored_q;
  const float ratio = r->tail.q > 0 ? r->tail.p / r->tail.q : 0;
  const float tail_slope = r->tail.q > 0 ? pk_slope(r->tail, mean, &s) - s.mean_slope : 0;
  const float factor = scale * (s.forward * (1 - ratio) + tail_slope + mix->ce);
  // exp(z - largest) / sum in one factor; it is safe to multiply last, factor may be large where q is small.
  const float inverse_sum = pk_softmax_exp(-r->log_sum);
  for (size_t i = 0; i < r->n; i++) r->z[i] = r->z[i] * inverse_sum * factor;
  for (size_t j = 0; j < r->count; j++) {
    const pk_outcome o = stored_outcome(r, j);
    const float slope = pk_slope(o, mean, &s) + constant - s.mean_slope;
    r->z[r->ids[j]] = scale * (s.forward * (o.q - o.p) + pk_product(o.q, slope) + mix->ce * o.q);
  }
  pk_pull_likeliest(r->likeliest, scale * mix->top_k_ce, r->z);
}

// A row without a teacher keeps its cross entropy: no divergence, no overlap.
INLINE void write_cross_entropy_gradient(const top_k_row *r, const pk_loss_mix *mix, float scale) {
  const float factor = scale * mix->ce * pk_softmax_exp(-r->log_sum);
  for (size_t i = 0; i < r->n; i++) r->z[i] *= factor;
}

INLINE void open_row(const top_k_job *job, size_t row, top_k_row *r) {
  *r = (top_k_row){.n = job->vocabulary, .ids = job->ids + row * job->k, .z = job->z + row * job->vocabulary,
                   .log_probabilities = job->log_probabilities + row * job->k,
                   .logits = job->scratch + row * job->vocabulary};
  while (r->count < job->k && r->ids[r->count] >= 0) r->count++;
  r->largest = pk_row_max(r->n, r->z);
}

// The likeliest of the stored ids, while z still holds logits.
INLINE void find_likeliest(top_k_row *r, size_t count) {
  pk_open_likeliest(r->likeliest, pk_min(r->count, count));
  for (size_t j = 0; r->likeliest->count > 0 && j < r->count; j++) {
    const size_t token = (size_t)r->ids[j];
    pk_offer_likely(r->likeliest, (pk_likely){r->log_probabilities[j], r->z[token], token});
  }
}

INLINE void divergence_row(const top_k_job *job, size_t row) {
  const pk_loss_mix *mix = job->mix;
  float *stats = job->stats + row * PK_STAT_COUNT;
  pk_likeliest likeliest;
  top_k_row r;
  open_row(job, row, &r);
  r.likeliest = &likeliest;
  const size_t label = (size_t)job->label[row];
  const float label_logit = r.z[label] - r.largest;
  const int top1 = r.count > 0 && pk_is_argmax(r.z, r.largest, teacher_choice(&r));
  find_likeliest(&r, mix->top_k_ce != 0 ? mix->top_k_count : 0);
  double stored;
  const double tail = split_mass(&r, &stored), log_sum = log(tail + stored), ce = log_sum - (double)label_logit;
  r.log_sum = (float)log_sum;
  r.tail.q = (float)(tail / (tail + stored));
  r.tail.log_q = (float)(log(tail) - log_sum);
  pk_divergences sums = {0};
  if (r.count > 0) {
    set_teacher_tail(&r, job->tail_bucket);
    sums.overlap = sums.likeliest_ce = 0 * log_sum;  // NaN stays visible
    pk_weigh_likeliest(r.likeliest, (pk_distribution){0, 1, r.log_stored},
                       (pk_distribution){r.largest, 1, r.log_sum}, &sums);
    sum_outcomes(&r, mix->jensen_shannon != 0, mix->jensen_shannon_beta, &sums);
  }
  const double divergence = r.count > 0 ? pk_mixed_divergence(mix, &sums) : 0;
  if (job->gradient && r.count > 0) write_gradient(&r, mix, job->scale, &sums, stored / (tail + stored));
  if (job->gradient && r.count == 0) write_cross_entropy_gradient(&r, mix, job->scale);
  if (job->gradient) r.z[label] -= job->scale * mix->ce;
  stats[PK_STAT_LOSS] = (float)(divergence + (mix->ce != 0 ? (double)mix->ce * ce : 0));
  stats[PK_STAT_CROSS_ENTROPY] = (float)ce;
  stats[PK_STAT_TOP1] = (float)top1;
  stats[PK_STAT_OVERLAP] = (float)sums.overlap;
  stats[PK_STAT_DIVERGENCE] = (float)sums.forward_kl;
}

static KERNEL void top_k_task(void *context, size_t index) {
  const top_k_job *job = context;
  const size_t end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) divergence_row(job, row);
}

void pk_divergence_top_k_rows(pk_pool *pool, size_t rows, size_t vocabulary, size_t k, float *z, const int32_t *ids,
                              const float *log_probabilities, int tail_bucket, const int32_t *label,
                              const pk_loss_mix *mix, float scale, int gradient, float *stats, float *scratch) {
  if (vocabulary == 0) return;
  top_k_job job = {rows, vocabulary, k, pk_max(1, pk_loss_grain / vocabulary), z, ids, log_probabilities, tail_bucket,
                   label, mix, scale, gradient, stats, scratch};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), top_k_task, &job);
}
