#pragma once
#include "loss.h"

// The likeliest tokens of a row under its teacher, for the loss over them alone (HASS, arXiv 2408.15766).

// A token with its teacher's logit or log-probability, later its probability, and the student's logit.
typedef struct {
  float teacher, student;
  size_t token;
} pk_likely;

// A heap whose root is the least likely of the tokens. Places that no token has taken yet hold minus infinity and stand
// behind all tokens.
typedef struct {
  size_t count;
  pk_likely tokens[PK_MOST_TOP_K];
} pk_likeliest;

INLINE int pk_is_less_likely(const pk_likely *a, const pk_likely *b) {
  return a->teacher < b->teacher || (a->teacher == b->teacher && a->token > b->token);
}

INLINE void pk_open_likeliest(pk_likeliest *l, size_t count) {
  l->count = count;
  for (size_t i = 0; i < count; i++) l->tokens[i] = (pk_likely){-INFINITY, 0, SIZE_MAX};
}

// Puts `token` in the place of the root, unless it is less likely than that, or NaN.
INLINE void pk_offer_likely(pk_likeliest *l, pk_likely token) {
  if (!pk_is_less_likely(&l->tokens[0], &token)) return;
  size_t place = 0;
  for (size_t child = 1; child < l->count; child = 2 * place + 1) {
    if (child + 1 < l->count && pk_is_less_likely(&l->tokens[child + 1], &l->tokens[child])) child++;
    if (!pk_is_less_likely(&l->tokens[child], &token)) break;
    l->tokens[place] = l->tokens[child];
    place = child;
  }
  l->tokens[place] = token;
}

// Finds the `count` likeliest of teacher[n]. Most blocks hold none and cost a comparison each element.
INLINE void pk_find_likeliest(size_t n, const float *teacher, const float *student, size_t count, pk_likeliest *l) {
  enum { block = 64 };
  pk_open_likeliest(l, pk_min(n, count));
  for (size_t begin = 0; l->count > 0 && begin < n; begin += block) {
    const size_t end = pk_min(n, begin + block);
    const float least = l->tokens[0].teacher;
    int found = 0;
    for (size_t i = begin; i < end; i++) found |= teacher[i] > least;
    if (!found) continue;
    for (size_t i = begin; i < end; i++) pk_offer_likely(l, (pk_likely){teacher[i], student[i], i});
  }
}

// Turns logits into probabilities, and adds up p and -p log q.
INLINE void pk_weigh_likeliest(pk_likeliest *l, pk_distribution teacher, pk_distribution student, pk_divergences *row) {
  for (size_t i = 0; i < l->count; i++) {
    pk_likely *token = &l->tokens[i];
    if (token->token == SIZE_MAX) continue;
    token->teacher = pk_softmax_exp(pk_log_probability(teacher, token->teacher));
    row->likeliest_mass += (double)token->teacher;
    row->likeliest_ce -= (double)pk_product(token->teacher, pk_log_probability(student, token->student));
  }
}

// z -= weight p at the likeliest tokens.
INLINE void pk_pull_likeliest(const pk_likeliest *l, float weight, float *z) {
  for (size_t i = 0; i < l->count; i++) {
    if (l->tokens[i].token != SIZE_MAX) z[l->tokens[i].token] -= weight * l->tokens[i].teacher;
  }
}
