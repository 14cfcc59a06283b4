#pragma once
#include "lanes.h"

// What the losses over rows of logits share.

enum { pk_loss_grain = 16384, pk_loss_block = 1024 };

// sum exp((x - largest) * inverse_temperature): floats within a block, doubles across blocks.
INLINE double pk_exp_sum(size_t n, const float *x, float largest, float inverse_temperature) {
  FP_RELAXED
  double total = 0;
  for (size_t begin = 0; begin < n; begin += pk_loss_block) {
    const size_t end = pk_min(n, begin + pk_loss_block);
    float sum = 0;
    for (size_t i = begin; i < end; i++) sum += pk_softmax_exp((x[i] - largest) * inverse_temperature);
    total += (double)sum;
  }
  return total;
}

// x becomes exp(x - largest); the sum is returned.
INLINE double pk_exp_in_place(size_t n, float *x, float largest) {
  FP_RELAXED
  double total = 0;
  for (size_t begin = 0; begin < n; begin += pk_loss_block) {
    const size_t end = pk_min(n, begin + pk_loss_block);
    float sum = 0;
    for (size_t i = begin; i < end; i++) {
      x[i] = pk_softmax_exp(x[i] - largest);
      sum += x[i];
    }
    total += (double)sum;
  }
  return total;
}

// Whether `index` is the first of the largest elements.
INLINE int pk_is_argmax(const float *x, float largest, size_t index) {
  return x[index] == largest && pk_first_index(index, x, largest) == index;
}

// ---- divergences --------------------------------------------------------------------------------------------------

// One outcome: its probability and log-probability under the teacher (p) and the student (q).
typedef struct {
  float p, log_p, q, log_q;
} pk_outcome;

// A row of logits as a distribution: log-probabilities are (x - largest) * inverse_temperature - log_sum.
typedef struct {
  float largest, inverse_temperature, log_sum;
} pk_distribution;

INLINE float pk_log_probability(pk_distribution d, float x) {
  return (x - d.largest) * d.inverse_temperature - d.log_sum;
}

// Sums over outcomes. `below` is the student's mass where q < p, `sign` the sum of q sign(q - p).
typedef struct {
  float overlap, forward_kl, reverse_kl, absolute, below, sign, p_to_mean, q_to_mean;
} pk_divergence_sums;

// The same over a row, and the loss made of them; of the likeliest tokens the sums of p and of -p log q.
typedef struct {
  double overlap, forward_kl, reverse_kl, absolute, below, sign, p_to_mean, q_to_mean, likeliest_mass, likeliest_ce;
} pk_divergences;

// An outcome of probability 0 adds nothing, whatever its logarithm; NaN is not equal to 0 and stays.
INLINE float pk_product(float probability, float x) { return probability == 0 ? 0 : probability * x; }

// With `mean` 0 the two terms of the Jensen-Shannon divergence are left out: they need a logarithm per outcome.
INLINE void pk_add_outcome(pk_outcome o, int mean, float beta, pk_divergence_sums *sums) {
  FP_RELAXED
  const float ratio = o.log_q - o.log_p;
  sums->overlap += o.q < o.p ? o.q : o.p;
  sums->forward_kl += pk_product(o.p, -ratio);
  sums->reverse_kl += pk_product(o.q, ratio);
  sums->absolute += o.q < o.p ? o.p - o.q : o.q - o.p;
  sums->below += o.q < o.p ? o.q : 0;
  sums->sign += o.q < o.p ? -o.q : o.q > o.p ? o.q : 0;
  if (mean) {
    const float log_mean = pk_log(beta * o.p + (1.0f - beta) * o.q);
    sums->p_to_mean += pk_product(o.p, o.log_p - log_mean);
    sums->q_to_mean += pk_product(o.q, o.log_q - log_mean);
  }
}

INLINE void pk_add_block(const pk_divergence_sums *block, pk_divergences *row) {
  row->overlap += (double)block->overlap;
  row->forward_kl += (double)block->forward_kl;
  row->reverse_kl += (double)block->reverse_kl;
  row->absolute += (double)block->absolute;
  row->below += (double)block->below;
  row->sign += (double)block->sign;
  row->p_to_mean += (double)block->p_to_mean;
  row->q_to_mean += (double)block->q_to_mean;
}

// dL/dz of an outcome, at student temperature 1, is forward (q sum p - p) + q (slope - mean_slope): softmax makes a
// constant slope vanish. `slope` collects, per term of the loss,
//   reverse_kl: log(q/p), jensen_shannon: (1-b) log(q/m), total_variation: 1/2 sign(q-p),
//   lk_alpha: -1[q<p] / alpha, lk_hybrid: lam forward_kl and -(1-lam) 1[q<p].
// Of top_k_ce, q P - p 1[x in the likeliest], P their mass, the first part is a constant of all tokens and stands in
// mean_slope; pk_pull_likeliest adds the second.
typedef struct {
  float forward, reverse, mean, sign, below, mean_slope, beta;
} pk_slopes;

INLINE float pk_slope(pk_outcome o, int mean, const pk_slopes *s) {
  FP_RELAXED
  float slope = s->reverse != 0 ? s->reverse * (o.log_q - o.log_p) : 0;
  slope += o.q < o.p ? -s->sign : o.q > o.p ? s->sign : 0;
  slope -= o.q < o.p ? s->below : 0;
  if (mean) slope += s->mean * (o.log_q - pk_log(s->beta * o.p + (1.0f - s->beta) * o.q));
  return slope;
}

// alpha = sum min(p, q), kept off 0: disjoint distributions give a large finite loss.
INLINE double pk_alpha(const pk_divergences *d) { return d->overlap < FLT_MIN ? FLT_MIN : d->overlap; }

INLINE double pk_hybrid_share(const pk_loss_mix *mix, double alpha) { return exp(-(double)mix->lk_eta * alpha); }

// The mixed loss without its cross entropy. Terms of weight 0 are left out, so that an infinity in them does no harm.
INLINE double pk_mixed_divergence(const pk_loss_mix *mix, const pk_divergences *d) {
  const double beta = (double)mix->jensen_shannon_beta, alpha = pk_alpha(d);
  double loss = 0;
  if (mix->forward_kl != 0) loss += (double)mix->forward_kl * d->forward_kl;
  if (mix->reverse_kl != 0) loss += (double)mix->reverse_kl * d->reverse_kl;
  if (mix->jensen_shannon != 0) {
    loss += (double)mix->jensen_shannon * (beta * d->p_to_mean + (1 - beta) * d->q_to_mean);
  }
  if (mix->total_variation != 0) loss += (double)mix->total_variation * 0.5 * d->absolute;
  if (mix->lk_alpha != 0) loss -= (double)mix->lk_alpha * log(alpha);
  if (mix->lk_hybrid != 0) {
    const double share = pk_hybrid_share(mix, alpha);
    loss += (double)mix->lk_hybrid * (share * d->forward_kl + (1 - share) * (1 - d->overlap));
  }
  if (mix->top_k_ce != 0) loss += (double)mix->top_k_ce * d->likeliest_ce;
  return loss;
}

INLINE pk_slopes pk_slopes_of(const pk_loss_mix *mix, const pk_divergences *d) {
  const double beta = (double)mix->jensen_shannon_beta, alpha = pk_alpha(d);
  double forward = (double)mix->forward_kl, below = 0;
  if (mix->lk_alpha != 0) below += (double)mix->lk_alpha / alpha;
  if (mix->lk_hybrid != 0) {
    const double share = pk_hybrid_share(mix, alpha);
    forward += (double)mix->lk_hybrid * share;
    below += (double)mix->lk_hybrid * (1 - share);
  }
  const double mean = (double)mix->jensen_shannon * (1 - beta), sign = 0.5 * (double)mix->total_variation;
  double mean_slope = sign * d->sign - below * d->below;
  if (mix->reverse_kl != 0) mean_slope += (double)mix->reverse_kl * d->reverse_kl;
  if (mix->jensen_shannon != 0) mean_slope += mean * d->q_to_mean;
  if (mix->top_k_ce != 0) mean_slope -= (double)mix->top_k_ce * d->likeliest_mass;
  return (pk_slopes){(float)forward, mix->reverse_kl, (float)mean, (float)sign, (float)below, (float)mean_slope,
                     mix->jensen_shannon_beta};
}
