#include <stdio.h>

int main(void) {
    printf("Hello, %s!\n", nmae);
    return 0;
}
