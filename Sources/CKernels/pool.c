#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "kernel.h"

// A fork-join pool. A job is open while `open` holds its number; threads claim task indices from `next`. A worker
// announces itself in `inside` before it looks at `open` and the caller closes the job before it looks at `inside`, so
// that (both being sequentially consistent) a worker that wakes late finds the job closed and never touches it: nobody
// waits for a sleeping thread.
enum { spin_limit = 20000 };

struct pk_pool {
  size_t threads;
  pthread_t *workers;
  float *scratch, *own_scratch;
  int gemm_kernels;
  pk_task task;
  void *context;
  size_t count;
  uint64_t jobs;
  _Alignas(64) _Atomic uint64_t open;  // 0: no job
  _Alignas(64) _Atomic size_t next;
  _Alignas(64) _Atomic size_t inside;
  _Atomic int caller_waits;
  _Atomic size_t sleepers;
  _Atomic int stop;
  _Atomic size_t workers_begun;
  pthread_mutex_t mutex;
  pthread_cond_t job_opened, all_outside;
};

static _Thread_local float *own_scratch;

static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void run_tasks(pk_pool *pool) {
  for (;;) {
    const size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (index >= pool->count) return;
    pool->task(pool->context, index);
  }
}

static int has_news(pk_pool *pool, uint64_t last) {
  const uint64_t open = atomic_load(&pool->open);
  return (open != 0 && open != last) || atomic_load_explicit(&pool->stop, memory_order_relaxed);
}

static void wait_for_news(pk_pool *pool, uint64_t last) {
  for (int spin = 0; spin < spin_limit; spin++) {
    if (has_news(pool, last)) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add(&pool->sleepers, 1);
  while (!has_news(pool, last)) pthread_cond_wait(&pool->job_opened, &pool->mutex);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->mutex);
}

static void leave(pk_pool *pool) {
  if (atomic_fetch_sub(&pool->inside, 1) == 1 && atomic_load(&pool->caller_waits)) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_signal(&pool->all_outside);
    pthread_mutex_unlock(&pool->mutex);
  }
}

static void *work(void *argument) {
  pk_pool *pool = argument;
  uint64_t last = 0;
  own_scratch = pool->own_scratch + (1 + atomic_fetch_add(&pool->workers_begun, 1)) * pk_pool_own_floats;
  for (;;) {
    wait_for_news(pool, last);
    if (atomic_load(&pool->stop)) return NULL;
    atomic_fetch_add(&pool->inside, 1);
    const uint64_t job = atomic_load(&pool->open);
    if (job != 0) {
      last = job;
      run_tasks(pool);
    }
    leave(pool);
  }
}

static void wait_until_outside(pk_pool *pool) {
  for (int spin = 0; spin < spin_limit; spin++) {
    if (atomic_load(&pool->inside) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->caller_waits, 1);
  while (atomic_load(&pool->inside) != 0) pthread_cond_wait(&pool->all_outside, &pool->mutex);
  atomic_store(&pool->caller_waits, 0);
  pthread_mutex_unlock(&pool->mutex);
}

// Workers leave every signal to the threads of the program.
static size_t start_workers(pk_pool *pool, size_t wanted) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  size_t started = 0;
  while (started < wanted && pthread_create(&pool->workers[started], NULL, work, pool) == 0) started++;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

pk_pool *pk_pool_create(size_t threads) {
  pk_pool *pool = NULL;
  if (threads == 0 || posix_memalign((void **)&pool, 64, sizeof *pool) != 0) return NULL;
  memset(pool, 0, sizeof *pool);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->job_opened, NULL);
  pthread_cond_init(&pool->all_outside, NULL);
  pool->threads = 1;
  pool->gemm_kernels = pk_gemm_best();
  pool->workers = calloc(threads, sizeof *pool->workers);
  pool->scratch = pk_memory_take(pk_pool_scratch_floats * sizeof(float));
  pool->own_scratch = pk_memory_take(threads * pk_pool_own_floats * sizeof(float));
  const int has_memory = pool->workers != NULL && pool->scratch != NULL && pool->own_scratch != NULL;
  if (has_memory) pool->threads += start_workers(pool, threads - 1);
  if (has_memory && pool->threads == threads) return pool;
  pk_pool_destroy(pool);
  return NULL;
}

void pk_pool_destroy(pk_pool *pool) {
  if (pool == NULL) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stop, 1);
  pthread_cond_broadcast(&pool->job_opened);
  pthread_mutex_unlock(&pool->mutex);
  for (size_t i = 0; i + 1 < pool->threads; i++) pthread_join(pool->workers[i], NULL);
  pthread_cond_destroy(&pool->job_opened);
  pthread_cond_destroy(&pool->all_outside);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->workers);
  pk_memory_give_back(pool->scratch);
  pk_memory_give_back(pool->own_scratch);
  free(pool);
}

size_t pk_pool_threads(const pk_pool *pool) { return pool->threads; }

float *pk_pool_scratch(pk_pool *pool) { return pool->scratch; }

float *pk_pool_own_scratch(void) { return own_scratch; }

int pk_pool_gemm_kernels(const pk_pool *pool) { return pool->gemm_kernels; }

void pk_gemm_choose(pk_pool *pool, int kernels) { pool->gemm_kernels = kernels; }

void pk_pool_run(pk_pool *pool, size_t count, pk_task task, void *context) {
  own_scratch = pool->own_scratch;  // of the caller
  if (count <= 1 || pool->threads == 1) {
    for (size_t index = 0; index < count; index++) task(context, index);
    return;
  }
  pool->task = task;
  pool->context = context;
  pool->count = count;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  atomic_store(&pool->open, ++pool->jobs);
  if (atomic_load(&pool->sleepers) > 0) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->job_opened);
    pthread_mutex_unlock(&pool->mutex);
  }
  run_tasks(pool);
  atomic_store(&pool->open, 0);
  wait_until_outside(pool);
}
