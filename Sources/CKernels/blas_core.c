#define _GNU_SOURCE
#include <cblas.h>
#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

// OpenBLAS picks its kernels by the processor's model number. A library older than the processor does not know it and
// falls back to kernels for the first 64-bit processors, which are four to eight times slower. It is told what the
// processor can do instead, through the entry points that its own start-up uses.

#if defined(__x86_64__)
// The name of the best kernels of OpenBLAS 0.3.10 and newer that this processor can run, or NULL.
static const char *best_core(void) {
  __builtin_cpu_init();
  const int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                         __builtin_cpu_supports("avx512cd");
  if (has_avx512 && __builtin_cpu_supports("avx512bf16")) return "Cooperlake";
  if (has_avx512) return "SkylakeX";
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? "Haswell" : NULL;
}
#else
static const char *best_core(void) { return NULL; }
#endif

static int is_fast(const char *core) {
  static const char *const fast[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"};
  for (size_t i = 0; i < sizeof fast / sizeof *fast; i++) {
    if (strcasecmp(core, fast[i]) == 0) return 1;
  }
  return 0;
}

// Whether a product of odd extents, with every combination of transposed operands, is right: some releases have wrong
// kernels for some processors.
static int multiplies_rightly(void) {
  enum { m = 35, n = 67, k = 129 };
  static float a[m * k], b[k * n], c[m * n];
  for (int i = 0; i < m * k; i++) a[i] = (float)((i * 37 + 11) % 101 - 50) / 50;
  for (int i = 0; i < k * n; i++) b[i] = (float)((i * 53 + 7) % 97 - 48) / 48;
  for (int form = 0; form < 4; form++) {
    const int ta = form & 1, tb = form >> 1;
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, m, n, k, 1, a,
                ta ? m : k, b, tb ? k : n, 0, c, n);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int l = 0; l < k; l++) {
          sum += (double)(ta ? a[l * m + i] : a[i * k + l]) * (tb ? b[j * k + l] : b[l * n + j]);
        }
        if (!(fabs(c[i * n + j] - sum) < 1e-3)) return 0;
      }
    }
  }
  return 1;
}

typedef void (*entry_point)(void);

static void restart(entry_point quit, entry_point start, const char *core) {
  setenv("OPENBLAS_CORETYPE", core, 1);
  quit();
  start();
  unsetenv("OPENBLAS_CORETYPE");
}

static void prepare(void) {
  // Threads of OpenBLAS's own would fight with ours; its products are called one tile at a time.
  openblas_set_num_threads(1);
  char previous[32];
  snprintf(previous, sizeof previous, "%s", openblas_get_corename());
  const char *wanted = best_core();
  if (getenv("OPENBLAS_CORETYPE") != NULL || wanted == NULL || is_fast(previous)) return;
  // Absent in a library that was built for one processor only.
  const entry_point quit = (entry_point)dlsym(RTLD_DEFAULT, "gotoblas_dynamic_quit");
  const entry_point start = (entry_point)dlsym(RTLD_DEFAULT, "gotoblas_dynamic_init");
  if (quit == NULL || start == NULL) return;
  restart(quit, start, wanted);
  if (!multiplies_rightly()) restart(quit, start, previous);
}

const char *pk_blas_prepare(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, prepare);
  return openblas_get_corename();
}
