#pragma once
#include <stddef.h>
#include <stdint.h>

// The kernels of the CPU backend, by family. Conventions for all of them:
// - Row-major, contiguous float32; shapes stand in brackets. Sizes are elements.
// - `beta` 0 overwrites the output (which may hold NaN before), 1 accumulates into it.
// - No reduction crosses a task, and the arithmetic of an element does not depend on which task it falls into: the same
//   inputs give the same bits at any thread count.
// - Kernels allocate nothing and check nothing. Pointers never alias unless a comment says they may.

// ---- memory.c: blocks that hold tensors --------------------------------------------------------------------------
// On a cache line at least, on huge pages where that pays. NULL if there is no memory.
void *pk_memory_take(size_t bytes);
void pk_memory_give_back(void *block);

// ---- pool.c: threads ------------------------------------------------------------------------------------------
typedef struct pk_pool pk_pool;
typedef void (*pk_task)(void *context, size_t index);
// `threads` includes the calling thread: 1 means that everything runs on the caller. NULL if threads cannot start.
pk_pool *pk_pool_create(size_t threads);
void pk_pool_destroy(pk_pool *pool);
size_t pk_pool_threads(const pk_pool *pool);
// Runs task(context, 0 ..< count), in any order, on all threads; returns when all are done. Not reentrant.
void pk_pool_run(pk_pool *pool, size_t count, pk_task task, void *context);

// ---- blas_core.c: OpenBLAS at its best on this processor --------------------------------------------------------
// Once per process: one thread, and kernels for what the processor can do where OpenBLAS does not know its model. The
// environment variable OPENBLAS_CORETYPE is left to decide when it is set. Returns the name of the kernels in use.
const char *pk_blas_prepare(void);

// ---- gemm*.c: matrix products ---------------------------------------------------------------------------------
// Large products run on tiles of our own where the processor has AVX2 or AVX-512, all others on OpenBLAS. A pool begins
// with the best kernels there are; choosing others, for tests and benchmarks, must not happen while a product runs.
enum { PK_GEMM_OPENBLAS = 0, PK_GEMM_AVX2, PK_GEMM_AVX512, PK_GEMM_AMX };
int pk_gemm_best(void);
void pk_gemm_choose(pk_pool *pool, int kernels);
// c[m,n] = alpha * op(a)[m,k] op(b)[k,n] + beta * c, with row strides lda, ldb, ldc of the stored matrices.
void pk_gemm(pk_pool *pool, int transpose_a, int transpose_b, size_t m, size_t n, size_t k, float alpha,
             const float *a, size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);

// ---- weights.c: frozen matrices in fewer bytes -------------------------------------------------------------------
// A row-major matrix without gaps. With PK_INT8 an element is its byte times the scale of its row.
enum { PK_FLOAT32 = 0, PK_BFLOAT16, PK_INT8 };
typedef struct {
  int storage;
  const void *elements;
  const float *scale;  // [rows], with PK_INT8
} pk_weights;
// c[m,n] = alpha * a[m,k] op(w) + beta * c in float32, w being [n,k] when transposed, else [k,n]; k and n are at most
// 2^20.
void pk_gemm_weights(pk_pool *pool, int transpose_w, size_t m, size_t n, size_t k, float alpha, const float *a,
                     size_t lda, const pk_weights *weights, float beta, float *c, size_t ldc);
// y[r,:] = w[ids[r],:]; a negative id gives a row of zeros.
void pk_gather_weight_rows(pk_pool *pool, size_t rows, size_t columns, const int32_t *ids, const pk_weights *weights,
                           float *y);
// y[rows, columns] = rows first_row ... of w.
void pk_weights_read(pk_pool *pool, const pk_weights *weights, size_t first_row, size_t rows, size_t columns, float *y);
// Rows first_row ... from x[rows, columns]: bfloat16 by rounding to the nearest, int8 with the row's largest magnitude
// as 127.
void pk_weights_write(size_t first_row, size_t rows, size_t columns, const float *x, int storage, void *elements,
                      float *scale);

// ---- elementwise.c --------------------------------------------------------------------------------------------
// y = a*x + b*y for all n; b = 0 overwrites. x and y may be the same.
void pk_axpby(pk_pool *pool, size_t n, float a, const float *x, float b, float *y);
// y = x1 + x2; y may be x1 or x2.
void pk_add(pk_pool *pool, size_t n, const float *x1, const float *x2, float *y);
// y = beta*y + x1 * x2; with beta 0, y may be x1 or x2.
void pk_multiply(pk_pool *pool, size_t n, const float *x1, const float *x2, float beta, float *y);
// y[r,c] = x[r,c] + b[c]; y may be x.
void pk_add_row(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *b, float *y);
// y[c] = beta*y[c] + sum_r x[r,c], summed in row order.
void pk_sum_rows(pk_pool *pool, size_t rows, size_t columns, const float *x, float beta, float *y);
// y = silu(x); y may be x.
void pk_silu(pk_pool *pool, size_t n, const float *x, float *y);
// dx = beta*dx + dy * silu'(x); with beta 0, dx may be dy.
void pk_silu_backward(pk_pool *pool, size_t n, const float *dy, const float *x, float beta, float *dx);
// y = silu(gate) * up, silu(g) = g / (1 + exp(-g)). y may be gate or up.
void pk_swiglu(pk_pool *pool, size_t n, const float *gate, const float *up, float *y);
// dgate = beta_g*dgate + dy * up * silu'(gate); dup = beta_u*dup + dy * silu(gate). Either output may be NULL.
// With its beta 0, dgate or dup may be dy.
void pk_swiglu_backward(pk_pool *pool, size_t n, const float *dy, const float *gate, const float *up, float beta_g,
                        float *dgate, float beta_u, float *dup);
// Sum of squares in double, in fixed blocks of 4096: the same bits at any thread count.
double pk_sum_of_squares(pk_pool *pool, size_t n, const float *x);
// Index of the first element that is NaN or infinite, or n.
size_t pk_first_nonfinite(size_t n, const float *x);

// ---- norm.c ---------------------------------------------------------------------------------------------------
// y[r,:] = x[r,:] * s[r] * w, s[r] = 1/sqrt(mean(x[r,:]^2) + epsilon), kept in inverse_rms [rows].
void pk_rms_norm(pk_pool *pool, size_t rows, size_t columns, float epsilon, const float *x, const float *w, float *y,
                 float *inverse_rms);
// dx (may be NULL; with beta 0 it may be dy) and dw (may be NULL).
void pk_rms_norm_backward(pk_pool *pool, size_t rows, size_t columns, const float *dy, const float *x,
                          const float *w, const float *inverse_rms, float beta_x, float *dx, float beta_w, float *dw);

// ---- gather.c: embedding rows and rotary positions --------------------------------------------------------------
// y[r,:] = table[ids[r],:]; a negative id gives a row of zeros.
void pk_gather_rows(pk_pool *pool, size_t rows, size_t columns, const int32_t *ids, const float *table, float *y);
// y[rows, columns] = x + beta*y, their rows ldx and ldy floats apart.
void pk_copy_columns(pk_pool *pool, size_t rows, size_t columns, const float *x, size_t ldx, float beta, float *y,
                     size_t ldy);
// dtable[ids[r],:] += dy[r,:], in row order; negative ids are skipped. Only adds: clear the table first if need be.
void pk_scatter_add_rows(pk_pool *pool, size_t rows, size_t columns, const int32_t *ids, const float *dy,
                         float *dtable);
// Rotates pairs (j, j + head_dim/2) of every head by the angle of its row's position:
//   y1 = x1 cos - x2 sin, y2 = x2 cos + x1 sin; `inverse` negates the angle (the backward pass).
// cosine, sine: [positions, head_dim/2]; position: [rows], entries within the table; y = result + beta*y; with beta 0,
// y may be x.
void pk_rope(pk_pool *pool, size_t rows, size_t heads, size_t head_dim, const int32_t *position, const float *cosine,
             const float *sine, int inverse, const float *x, float beta, float *y);

// ---- attention_*.c ------------------------------------------------------------------------------------------------
// Which keys each row of an attention sees: the range first[r] ..< end[r], which may be empty, and single keys beside
// it (a node's ancestors in a tree, a row's own keys of earlier passes). Each row sees some key; ranges need no order.
typedef struct {
  const int32_t *first;  // [rows]
  const int32_t *end;    // [rows]; NULL: a row's own place + 1, which is causal
  size_t extra_count;    // most extra keys of a row
  const int32_t *extra;  // [rows, extra_count]: ascending, outside the range; negative numbers fill a row up at its end
} pk_visible_keys;
// Attention over `batch` sequences of `length` rows and key_length keys, packed with documents: rows and keys count
// from the start of their sequence. Query head h reads key/value head h / (heads / kv_heads).
// q: [batch*length, heads*head_dim], k, v: [batch*key_length, kv_heads*head_dim], y like q,
// log_sum_exp: [batch*length, heads], natural log, of the scaled scores. No score matrix is ever written out.
// head_dim is at most 256. Keys that a row does not see must be finite, but do not influence it. Where `window` is not 0
// only the last so many keys of a range are seen.
typedef struct {
  size_t batch, length, key_length, heads, kv_heads, head_dim, window;
  float scale;  // usually 1/sqrt(head_dim)
  pk_visible_keys visible;
  const int32_t *zero_keys;  // [batch*length]: how many keys and values of zeros a row sees besides; NULL: none
} pk_attention_shape;
void pk_attention(pk_pool *pool, const pk_attention_shape *shape, const float *q, const float *k, const float *v,
                  float *y, float *log_sum_exp);
// Recomputes probabilities from log_sum_exp. dq, dk, dv accumulate by their betas; each may be NULL.
// scratch: pk_attention_backward_scratch(shape) floats.
size_t pk_attention_backward_scratch(const pk_attention_shape *shape);
void pk_attention_backward(pk_pool *pool, const pk_attention_shape *shape, const float *q, const float *k,
                           const float *v, const float *y, const float *log_sum_exp, const float *dy, float beta_q,
                           float *dq, float beta_k, float *dk, float beta_v, float *dv, float *scratch);
// Decoding with a key/value cache. Row r belongs to cache line sequence[r] (negative: the row is padding, y gets
// zeros). First every row's k and v are written into its line at position[r], then every row attends to its line as
// `visible` says, whose keys are positions. `first` is not read: ranges start at max(0, end - window) (window 0: at 0).
// k_cache, v_cache: [lines, kv_heads, tiles, head_dim, 16]: position p is lane p % 16 of tile p / 16, and there are as
// many tiles as pk_cached_attention_positions(capacity) = 16 * tiles says. Only positions that a row sees influence it.
size_t pk_cached_attention_positions(size_t capacity);
typedef struct {
  size_t rows, heads, kv_heads, head_dim, capacity, window;
  float scale;
  const int32_t *sequence, *position;
  pk_visible_keys visible;
} pk_cached_attention_shape;
void pk_cached_attention(pk_pool *pool, const pk_cached_attention_shape *shape, const float *q, const float *k,
                         const float *v, float *k_cache, float *v_cache, float *y);
// One after another, position from[i] of line sequence[i] becomes its position to[i] as well, in keys or values of a cache
// of lines of `capacity` positions: accepted nodes of a tree close ranks.
void pk_copy_cached(size_t count, size_t kv_heads, size_t head_dim, size_t capacity, const int32_t *sequence,
                    const int32_t *from, const int32_t *to, float *cache);

// ---- sampling.c -----------------------------------------------------------------------------------------------------
// token[r] of logits[rows, vocabulary]: the first of the largest where temperature[r] is 0 or the largest is not finite;
// else the token at which the running sum of e^(logit/temperature) passes uniform[r], in [0, 1), times their total. NaN
// is never chosen; a row of nothing else gives 0.
void pk_choose_tokens(pk_pool *pool, size_t rows, size_t vocabulary, const float *logits, const float *temperature,
                      const double *uniform, int32_t *token);

// ---- noise.c ------------------------------------------------------------------------------------------------------
// y[r,c] = x[r,c] + amplitude[r] (u - 1/2): u in [0, 1) is the upper 24 bits of the first word of Philox4x32-10 with the
// key (key_low, key_high) at the counter (r*columns + c, step[0], step[1]), whose first number has 64 bits. step: [2]; y
// may be x.
void pk_add_uniform_noise(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *amplitude,
                          uint32_t key_low, uint32_t key_high, const int32_t *step, float *y);

// ---- loss_*.c: logits of a chunk of rows in, gradients in the same place out ---------------------------------------
// Statistics written per row, in this order; a caller sums them in row order.
enum {
  PK_STAT_LOSS = 0,        // the mixed loss of the row, before `scale`
  PK_STAT_CROSS_ENTROPY,   // -log q(label)
  PK_STAT_TOP1,            // 1 if argmax q equals the label (no teacher) or argmax p (teacher), else 0
  PK_STAT_OVERLAP,         // sum_x min(p, q) with a teacher, q(label) without
  PK_STAT_DIVERGENCE,      // forward KL(p || q) with a teacher, else 0
  PK_STAT_COUNT
};
// L = weights . (ce, forward_kl, reverse_kl, jensen_shannon, total_variation, lk_alpha, lk_hybrid, top_k_ce) for one row,
// where p is the teacher, q = softmax(z), and (see the divergences of DistillSpec, the LK losses and HASS):
//   forward_kl = sum p log(p/q), reverse_kl = sum q log(q/p), jensen_shannon = b KL(p||m) + (1-b) KL(q||m) with
//   m = b p + (1-b) q, total_variation = 1/2 sum |p-q|, lk_alpha = -log sum min(p,q),
//   lk_hybrid = lam forward_kl + (1-lam)(1-alpha), lam = exp(-eta stopgrad(alpha)),
//   top_k_ce = -sum p log q over the top_k_count likeliest tokens of p, as far as p has so many; the lowest ones of a tie.
enum { PK_MOST_TOP_K = 256 };
typedef struct {
  float ce, forward_kl, reverse_kl, jensen_shannon, total_variation, lk_alpha, lk_hybrid, top_k_ce;
  float jensen_shannon_beta, lk_eta;
  size_t top_k_count;  // at most PK_MOST_TOP_K
  float student_temperature, teacher_temperature;  // p = softmax(t/teacher_temperature); ce always at temperature 1
} pk_loss_mix;
// No teacher: cross entropy only. z: [rows, vocabulary] logits; with `gradient` it becomes scale * dL/dz, else it is
// left unspecified. label: [rows], all valid ids. stats: [rows, PK_STAT_COUNT].
void pk_cross_entropy_rows(pk_pool *pool, size_t rows, size_t vocabulary, float *z, const int32_t *label, float scale,
                           int gradient, float *stats);
// Full teacher: t: [rows, vocabulary] teacher logits, overwritten.
void pk_divergence_rows(pk_pool *pool, size_t rows, size_t vocabulary, float *z, float *t, const int32_t *label,
                        const pk_loss_mix *mix, float scale, int gradient, float *stats);
// Stored teacher: the k most likely ids and their log-probabilities [rows, k] (a negative id ends a row early).
// The mass they leave is one more outcome, "any other token" (tail_bucket 1: an honest lower bound of every
// f-divergence), or is dropped and p renormalised over the stored ids (tail_bucket 0; q is then compared as it is, and
// reverse_kl, infinite elsewhere, runs over the stored ids only). A row without ids has its cross entropy alone.
// Teacher and student temperature must be 1 here: log-probabilities were stored at the temperature that was wanted.
// scratch: [rows, vocabulary].
void pk_divergence_top_k_rows(pk_pool *pool, size_t rows, size_t vocabulary, size_t k, float *z, const int32_t *ids,
                              const float *log_probabilities, int tail_bucket, const int32_t *label,
                              const pk_loss_mix *mix, float scale, int gradient, float *stats, float *scratch);
// loss[r] = mean over c of smoothL1(x[r,c] - target[r,c]), 0 where label[r] is negative; dx = scale times its gradient
// + beta*dx, unless dx is NULL. label, loss: [rows].
void pk_smooth_l1_rows(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *target,
                       const int32_t *label, float scale, float beta, float *dx, float *loss);
// loss[r] = sum over c of -weight[r,c] * log softmax(x[r])[c]; dx = scale times its gradient + beta*dx, unless dx is NULL.
// Weights need not sum to 1. loss: [rows].
void pk_weighted_cross_entropy_rows(pk_pool *pool, size_t rows, size_t columns, const float *x, const float *weight,
                                    float scale, float beta, float *dx, float *loss);
// index[r] = argmax_x z[r,x] (the lowest index wins a tie).
void pk_argmax_rows(pk_pool *pool, size_t rows, size_t vocabulary, const float *z, int32_t *index);
// z becomes log softmax(z / temperature) row by row.
void pk_log_softmax_rows(pk_pool *pool, size_t rows, size_t vocabulary, float temperature, float *z);

// ---- optimizer.c: one pass over flat slabs ------------------------------------------------------------------------
// g is multiplied by `clip` as it is read (the global-norm factor).
// AdamW (Loshchilov & Hutter 2019), PyTorch's order of operations: p *= 1 - lr*decay, then
// p -= lr * (m/(1-b1^t)) / (sqrt(v/(1-b2^t)) + epsilon). correction1 = 1/(1-b1^t), correction2 = 1/(1-b2^t).
void pk_adamw(pk_pool *pool, size_t n, float *p, const float *g, float *m, float *v, float lr, float beta1,
              float beta2, float epsilon, float decay, float correction1, float correction2, float clip);
// SGD with decoupled=0 style decay as PyTorch: g += decay*p; buf = momentum*buf + (1-dampening)*g; nesterov option.
// `first` 1: buf = g. momentum 0: buf unused (may be NULL).
void pk_sgd(pk_pool *pool, size_t n, float *p, const float *g, float *buf, float lr, float momentum, float dampening,
            float decay, int nesterov, int first, float clip);
// Lion (Chen et al. 2023): u = sign(b1 m + (1-b1) g); p -= lr (u + decay p); m = b2 m + (1-b2) g.
void pk_lion(pk_pool *pool, size_t n, float *p, const float *g, float *m, float lr, float beta1, float beta2,
             float decay, float clip);
// Exponential moving average: average += (1-decay)*(p - average).
void pk_ema(pk_pool *pool, size_t n, const float *p, float *average, float decay);
// g clamped to [-limit, limit].
void pk_clamp(pk_pool *pool, size_t n, float *g, float limit);

// ---- optimizer_factored.c: Adafactor (Shazeer & Stern 2018) ---------------------------------------------------------
// The second moment of a gradient [rows, columns]: every element in `full`, or, if that is NULL, one mean per row and
// one per column, v[r,c] = row[r] column[c] / max(mean(row), epsilon).
typedef struct {
  size_t rows, columns;
  float *row, *column;  // [rows], [columns]
  float *full;          // [rows, columns] or NULL
} pk_second_moment;
// full += weight ((clip g)^2 - full); or row and column likewise towards the means of (clip g)^2.
void pk_second_moment_update(pk_pool *pool, const pk_second_moment *moment, const float *g, float clip, float weight);
// The sum of squares of u = clip g / max(sqrt(v), epsilon), in a fixed order.
double pk_adafactor_sum_of_squares(pk_pool *pool, const pk_second_moment *moment, const float *g, float clip,
                                   float epsilon);
// p = retention p - rate u.
void pk_adafactor(pk_pool *pool, const pk_second_moment *moment, float *p, const float *g, float clip, float epsilon,
                  float retention, float rate);
