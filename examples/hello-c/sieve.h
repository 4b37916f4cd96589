#ifndef SIEVE_H
#define SIEVE_H

#include <stddef.h>

/* How many primes there are up to and including limit. Returns -1 when there is not enough memory. */
long count_primes(size_t limit);

#endif
