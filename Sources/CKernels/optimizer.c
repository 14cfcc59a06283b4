#include "kernel.h"

enum { elements_per_task = 32768 };

typedef struct {
  size_t n;
  float *p, *m, *v;
  const float *g;
  float lr, beta1, beta2, keep, step, epsilon, decay, correction2, clip, limit;
  float fresh1, fresh2;  // 1 - beta1, 1 - beta2
  int nesterov;
} sweep;

typedef struct {
  size_t begin, end;
} range;

INLINE range task_range(const sweep *s, size_t index) {
  return (range){index * elements_per_task, pk_min(s->n, (index + 1) * elements_per_task)};
}

static void run(pk_pool *pool, sweep s, pk_task task) {
  pk_pool_run(pool, pk_ceil_div(s.n, elements_per_task), task, &s);
}

// 1 - beta for the decimal that was meant: 0.999f lies 1.3e-8 above 0.999, which would put 1 - beta off by 1.3e-5 of
// its value, where PyTorch subtracts in double.
static float complement(float beta) {
  const double decimal = round((double)beta * 1e7) / 1e7;
  return (float)(1.0 - ((float)decimal == beta ? decimal : (double)beta));
}

static KERNEL void adamw_task(void *context, size_t index) {
  const sweep s = *(const sweep *)context;
  const range r = task_range(&s, index);
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    const float g = s.g[i] * s.clip;
    const float m = s.m[i] + s.fresh1 * (g - s.m[i]);
    const float v = s.beta2 * s.v[i] + s.fresh2 * g * g;
    s.m[i] = m;
    s.v[i] = v;
    s.p[i] = s.p[i] * s.keep - s.step * m / (__builtin_elementwise_sqrt(v * s.correction2) + s.epsilon);
  }
}

void pk_adamw(pk_pool *pool, size_t n, float *p, const float *g, float *m, float *v, float lr, float beta1,
              float beta2, float epsilon, float decay, float correction1, float correction2, float clip) {
  run(pool,
      (sweep){.n = n, .p = p, .m = m, .v = v, .g = g, .beta2 = beta2, .keep = (float)(1.0 - (double)lr * decay),
              .step = lr * correction1, .epsilon = epsilon, .correction2 = correction2, .clip = clip,
              .fresh1 = complement(beta1), .fresh2 = complement(beta2)},
      adamw_task);
}

static KERNEL void sgd_plain_task(void *context, size_t index) {
  const sweep s = *(const sweep *)context;
  const range r = task_range(&s, index);
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    s.p[i] -= s.lr * (s.g[i] * s.clip + s.decay * s.p[i]);
  }
}

// Before the first step the buffer may hold NaN: it is not read then (m is NULL).
static KERNEL void sgd_momentum_task(void *context, size_t index) {
  const sweep s = *(const sweep *)context;
  const range r = task_range(&s, index);
  const int first = s.m == NULL;
  float *buffer = s.v;
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    const float g = s.g[i] * s.clip + s.decay * s.p[i];
    const float b = first ? g : s.beta1 * buffer[i] + s.fresh1 * g;
    buffer[i] = b;
    s.p[i] -= s.lr * (s.nesterov ? g + s.beta1 * b : b);
  }
}

void pk_sgd(pk_pool *pool, size_t n, float *p, const float *g, float *buf, float lr, float momentum, float dampening,
            float decay, int nesterov, int first, float clip) {
  run(pool,
      (sweep){.n = n, .p = p, .m = first ? NULL : buf, .v = buf, .g = g, .lr = lr, .beta1 = momentum,
              .decay = decay, .clip = clip, .fresh1 = complement(dampening), .nesterov = nesterov},
      momentum == 0 ? sgd_plain_task : sgd_momentum_task);
}

// NaN stays NaN.
INLINE float sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }

static KERNEL void lion_task(void *context, size_t index) {
  const sweep s = *(const sweep *)context;
  const range r = task_range(&s, index);
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    const float g = s.g[i] * s.clip, m = s.m[i];
    s.p[i] -= s.lr * (sign(s.beta1 * m + s.fresh1 * g) + s.decay * s.p[i]);
    s.m[i] = s.beta2 * m + s.fresh2 * g;
  }
}

void pk_lion(pk_pool *pool, size_t n, float *p, const float *g, float *m, float lr, float beta1, float beta2,
             float decay, float clip) {
  run(pool,
      (sweep){.n = n, .p = p, .m = m, .g = g, .lr = lr, .beta1 = beta1, .beta2 = beta2, .decay = decay, .clip = clip,
              .fresh1 = complement(beta1), .fresh2 = complement(beta2)},
      lion_task);
}

static KERNEL void ema_task(void *context, size_t index) {
  const sweep s = *(const sweep *)context;
  const range r = task_range(&s, index);
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) s.v[i] += s.fresh1 * (s.g[i] - s.v[i]);
}

void pk_ema(pk_pool *pool, size_t n, const float *p, float *average, float decay) {
  run(pool, (sweep){.n = n, .g = p, .v = average, .fresh1 = complement(decay)}, ema_task);
}

static KERNEL void clamp_task(void *context, size_t index) {
  const sweep s = *(const sweep *)context;
  const range r = task_range(&s, index);
#pragma clang loop vectorize(assume_safety)
  for (size_t i = r.begin; i < r.end; i++) {
    const float g = s.p[i], low = g < -s.limit ? -s.limit : g;
    s.p[i] = low > s.limit ? s.limit : low;
  }
}

void pk_clamp(pk_pool *pool, size_t n, float *g, float limit) {
  run(pool, (sweep){.n = n, .p = g, .limit = limit}, clamp_task);
}
