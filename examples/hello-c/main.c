#define _POSIX_C_SOURCE 199309L

#include "sieve.h"

#include <stdio.h>
#include <time.h>

/* A moment between two lines, so that there is something to watch. */
static void breathe(void) {
    struct timespec moment = {.tv_sec = 0, .tv_nsec = 180 * 1000 * 1000};
    nanosleep(&moment, NULL);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s RESULT.csv\n", argv[0]);
        return 2;
    }

    FILE *results = fopen(argv[1], "w");
    if (results == NULL) {
        perror(argv[1]);
        return 1;
    }

    /* Without this, what is printed into a pipe comes in one piece at the end. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    fprintf(results, "limit,primes\n");
    fprintf(stderr, "sieving up to 2^21, writing %s\n", argv[1]);
    for (int bits = 10; bits <= 21; bits++) {
        size_t limit = (size_t)1 << bits;
        long primes = count_primes(limit);
        if (primes < 0) {
            fprintf(stderr, "no memory for a sieve of %zu bytes\n", limit);
            return 1;
        }
        printf("up to %7zu: %6ld primes, one in %4.1f\n", limit, primes, (double)limit / (double)primes);
        fprintf(results, "%zu,%ld\n", limit, primes);
        breathe();
    }

    if (fclose(results) != 0) {
        perror(argv[1]);
        return 1;
    }
    fprintf(stderr, "done\n");
    return 0;
}
