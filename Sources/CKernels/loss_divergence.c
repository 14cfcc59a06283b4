#include "loss_likeliest.h"

typedef struct {
  size_t rows, vocabulary, grain;
  float *z, *t;
  const int32_t *label;
  const pk_loss_mix *mix;
  float scale;
  int gradient;
  float *stats;
} divergence_job;

INLINE pk_distribution normalise(size_t n, const float *x, float temperature) {
  const float largest = pk_row_max(n, x), inverse = 1 / temperature;
  return (pk_distribution){largest, inverse, (float)log(pk_exp_sum(n, x, largest, inverse))};
}

// A row's two distributions and, for cross entropy, the student's at temperature 1.
typedef struct {
  pk_distribution teacher, student, plain;
} row_distributions;

INLINE pk_outcome outcome(row_distributions r, float z, float t) {
  const float log_p = pk_log_probability(r.teacher, t), log_q = pk_log_probability(r.student, z);
  return (pk_outcome){pk_softmax_exp(log_p), log_p, pk_softmax_exp(log_q), log_q};
}

INLINE void sum_divergences(size_t n, const float *z, const float *t, row_distributions r, int mean, float beta,
                            pk_divergences *row) {
  FP_RELAXED
  for (size_t begin = 0; begin < n; begin += pk_loss_block) {
    const size_t end = pk_min(n, begin + pk_loss_block);
    pk_divergence_sums block = {0};
    for (size_t i = begin; i < end; i++) pk_add_outcome(outcome(r, z[i], t[i]), mean, beta, &block);
    pk_add_block(&block, row);
  }
}

// With `tempered` the student of the divergences is not the student of the cross entropy.
INLINE void write_gradient(size_t n, float *z, const float *t, row_distributions r, int mean, int tempered,
                           float ce, float scale, pk_slopes s) {
  const float inverse = r.student.inverse_temperature;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = 0; i < n; i++) {
    const pk_outcome o = outcome(r, z[i], t[i]);
    const float divergence = s.forward * (o.q - o.p) + pk_product(o.q, pk_slope(o, mean, &s) - s.mean_slope);
    const float plain_q = tempered ? pk_softmax_exp(pk_log_probability(r.plain, z[i])) : o.q;
    z[i] = scale * (inverse * divergence + ce * plain_q);
  }
}

// ---- forward KL and cross entropies, both temperatures 1: the common case -------------------------------------------

// z and t become exponentials e of themselves; the sums of e_t ((t - max) - (z - max)), e_z and e_t are returned.
INLINE void exponentiate_both(size_t n, float *z, float *t, float largest_z, float largest_t, double *product,
                              double *sum_z, double *sum_t) {
  FP_RELAXED
  *product = *sum_z = *sum_t = 0;
  for (size_t begin = 0; begin < n; begin += pk_loss_block) {
    const size_t end = pk_min(n, begin + pk_loss_block);
    float block_product = 0, block_z = 0, block_t = 0;
#pragma clang loop vectorize(assume_safety)
    for (size_t i = begin; i < end; i++) {
      const float below_z = z[i] - largest_z, below_t = t[i] - largest_t;
      z[i] = pk_softmax_exp(below_z);
      t[i] = pk_softmax_exp(below_t);
      block_z += z[i];
      block_t += t[i];
      block_product += pk_product(t[i], below_t - below_z);
    }
    *product += (double)block_product;
    *sum_z += (double)block_z;
    *sum_t += (double)block_t;
  }
}

// sum min(p, q); with `gradient` z becomes q_weight q - p_weight p.
INLINE double overlap_and_gradient(size_t n, float *z, const float *t, float inverse_z, float inverse_t,
                                   float q_weight, float p_weight, int gradient) {
  FP_RELAXED
  double overlap = 0;
  for (size_t begin = 0; begin < n; begin += pk_loss_block) {
    const size_t end = pk_min(n, begin + pk_loss_block);
    float block = 0;
#pragma clang loop vectorize(assume_safety)
    for (size_t i = begin; i < end; i++) {
      const float q = z[i] * inverse_z, p = t[i] * inverse_t;
      block += q < p ? q : p;
      if (gradient) z[i] = q_weight * q - p_weight * p;
    }
    overlap += (double)block;
  }
  return overlap;
}

INLINE void forward_row(const divergence_job *job, size_t row) {
  const size_t n = job->vocabulary, label = (size_t)job->label[row];
  const float forward = job->mix->forward_kl, ce_weight = job->mix->ce, likeliest_weight = job->mix->top_k_ce;
  float *z = job->z + row * n, *t = job->t + row * n, *stats = job->stats + row * PK_STAT_COUNT;
  const float largest_z = pk_row_max(n, z), largest_t = pk_row_max(n, t), chosen = z[label] - largest_z;
  const size_t choice = pk_first_index(n, t, largest_t);
  const int top1 = choice < n && pk_is_argmax(z, largest_z, choice);
  pk_likeliest likeliest;
  pk_find_likeliest(n, t, z, likeliest_weight != 0 ? job->mix->top_k_count : 0, &likeliest);
  double product, sum_z, sum_t;
  exponentiate_both(n, z, t, largest_z, largest_t, &product, &sum_z, &sum_t);
  const double ce = log(sum_z) - (double)chosen, forward_kl = product / sum_t + log(sum_z) - log(sum_t);
  pk_divergences sums = {.likeliest_ce = 0 * (log(sum_z) + log(sum_t))};  // NaN stays visible
  pk_weigh_likeliest(&likeliest, (pk_distribution){largest_t, 1, (float)log(sum_t)},
                     (pk_distribution){largest_z, 1, (float)log(sum_z)}, &sums);
  const float mass_weight = likeliest_weight * (float)sums.likeliest_mass;
  const float q_weight = job->scale * (forward + ce_weight + mass_weight), p_weight = job->scale * forward;
  const float inverse_z = (float)(1 / sum_z), inverse_t = (float)(1 / sum_t);
  const double overlap =
      job->gradient ? overlap_and_gradient(n, z, t, inverse_z, inverse_t, q_weight, p_weight, 1)
                    : overlap_and_gradient(n, z, t, inverse_z, inverse_t, q_weight, p_weight, 0);
  if (job->gradient) z[label] -= job->scale * ce_weight;
  if (job->gradient) pk_pull_likeliest(&likeliest, job->scale * likeliest_weight, z);
  stats[PK_STAT_LOSS] = (forward != 0 ? forward * (float)forward_kl : 0) +
                        (ce_weight != 0 ? ce_weight * (float)ce : 0) +
                        (likeliest_weight != 0 ? likeliest_weight * (float)sums.likeliest_ce : 0);
  stats[PK_STAT_CROSS_ENTROPY] = (float)ce;
  stats[PK_STAT_TOP1] = (float)top1;
  stats[PK_STAT_OVERLAP] = (float)overlap;
  stats[PK_STAT_DIVERGENCE] = (float)forward_kl;
}

static int is_forward_only(const pk_loss_mix *mix) {
  return mix->student_temperature == 1 && mix->teacher_temperature == 1 && mix->jensen_shannon == 0 &&
         mix->reverse_kl == 0 && mix->total_variation == 0 && mix->lk_alpha == 0 && mix->lk_hybrid == 0;
}

static KERNEL void forward_task(void *context, size_t index) {
  const divergence_job *job = context;
  const size_t end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) forward_row(job, row);
}

// ---- any mix ------------------------------------------------------------------------------------------------------

INLINE void sum_and_write(size_t n, float *z, const float *t, row_distributions r,
                                 const pk_loss_mix *mix, float scale, int gradient, pk_divergences *row) {
  const int mean = mix->jensen_shannon != 0, tempered = mix->student_temperature != 1;
  if (mean) {
    sum_divergences(n, z, t, r, 1, mix->jensen_shannon_beta, row);
  } else {
    sum_divergences(n, z, t, r, 0, 0, row);
  }
  if (!gradient) return;
  const pk_slopes slopes = pk_slopes_of(mix, row);
  if (mean) {
    write_gradient(n, z, t, r, 1, 1, mix->ce, scale, slopes);
  } else if (tempered) {
    write_gradient(n, z, t, r, 0, 1, mix->ce, scale, slopes);
  } else {
    write_gradient(n, z, t, r, 0, 0, mix->ce, scale, slopes);
  }
}

INLINE void divergence_row(const divergence_job *job, size_t row) {
  const size_t n = job->vocabulary, label = (size_t)job->label[row];
  const pk_loss_mix *mix = job->mix;
  float *z = job->z + row * n, *t = job->t + row * n, *stats = job->stats + row * PK_STAT_COUNT;
  row_distributions r = {.teacher = normalise(n, t, mix->teacher_temperature),
                         .student = normalise(n, z, mix->student_temperature)};
  r.plain = mix->student_temperature == 1 ? r.student : normalise(n, z, 1);
  const double ce = -(double)pk_log_probability(r.plain, z[label]);
  const size_t choice = pk_first_index(n, t, r.teacher.largest);
  const int top1 = choice < n && pk_is_argmax(z, r.student.largest, choice);
  // A NaN anywhere in the row is in both log sums; min(p, q), the signs and the likeliest would not show it.
  const double zero = 0 * ((double)r.teacher.log_sum + (double)r.student.log_sum);
  pk_divergences sums = {.overlap = zero, .likeliest_ce = zero};
  pk_likeliest likeliest;
  pk_find_likeliest(n, t, z, mix->top_k_ce != 0 ? mix->top_k_count : 0, &likeliest);
  pk_weigh_likeliest(&likeliest, r.teacher, r.student, &sums);
  sum_and_write(n, z, t, r, mix, job->scale, job->gradient, &sums);
  if (job->gradient) z[label] -= job->scale * mix->ce;
  if (job->gradient) pk_pull_likeliest(&likeliest, job->scale * mix->top_k_ce * r.student.inverse_temperature, z);
  stats[PK_STAT_LOSS] = (float)(pk_mixed_divergence(mix, &sums) + (mix->ce != 0 ? (double)mix->ce * ce : 0));
  stats[PK_STAT_CROSS_ENTROPY] = (float)ce;
  stats[PK_STAT_TOP1] = (float)top1;
  stats[PK_STAT_OVERLAP] = (float)sums.overlap;
  stats[PK_STAT_DIVERGENCE] = (float)sums.forward_kl;
}

static KERNEL void divergence_task(void *context, size_t index) {
  const divergence_job *job = context;
  const size_t end = pk_min(job->rows, (index + 1) * job->grain);
  for (size_t row = index * job->grain; row < end; row++) divergence_row(job, row);
}

void pk_divergence_rows(pk_pool *pool, size_t rows, size_t vocabulary, float *z, float *t, const int32_t *label,
                        const pk_loss_mix *mix, float scale, int gradient, float *stats) {
  if (vocabulary == 0) return;
  divergence_job job = {rows, vocabulary, pk_max(1, pk_loss_grain / vocabulary), z, t, label, mix, scale, gradient,
                        stats};
  pk_pool_run(pool, pk_ceil_div(rows, job.grain), is_forward_only(mix) ? forward_task : divergence_task, &job);
}
