#include <stdlib.h>
#include <sys/mman.h>

#include "kernel.h"

// Large blocks lie on huge pages where the kernel grants them: weights and activations are walked through with strides of
// a row, and with pages of 4 KiB the processor would look up a page for every few lines.
enum { cache_line = 64, huge_page = 1 << 21 };

void *pk_memory_take(size_t bytes) {
  const int is_large = bytes >= 2 * (size_t)huge_page;
  void *block = NULL;
  if (posix_memalign(&block, is_large ? huge_page : cache_line, bytes) != 0) return NULL;
#ifdef MADV_HUGEPAGE
  // A refusal changes nothing but the time.
  if (is_large) (void)madvise(block, bytes / huge_page * huge_page, MADV_HUGEPAGE);
#endif
  return block;
}

void pk_memory_give_back(void *block) { free(block); }
