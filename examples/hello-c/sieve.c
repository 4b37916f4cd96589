#include "sieve.h"

#include <stdlib.h>

/* The sieve of Eratosthenes. */
long count_primes(size_t limit) {
    char *composite = calloc(limit + 1, 1);
    if (composite == NULL) return -1;

    long count = 0;
    for (size_t n = 2; n <= limit; n++) {
        if (composite[n]) continue;
        count++;
        for (size_t multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1;
    }

    free(composite);
    return count;
}
