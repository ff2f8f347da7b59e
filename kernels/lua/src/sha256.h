#ifndef PARLEY_SHA256_H
#define PARLEY_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* FIPS 180-4. A state is plain memory: copying one copies all that has been hashed so far. */
struct sha256 {
  uint32_t h[8];
  uint64_t length;
  unsigned char block[64];
};

void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t n);
void sha256_end(struct sha256 *s, unsigned char digest[32]);

#endif
