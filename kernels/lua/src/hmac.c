/* HMAC-SHA256 (RFC 2104) with the key worked in once: each message starts from a copy of two hash states. */
#include "native.h"
#include "sha256.h"

#include <string.h>

#define HMAC_TYPE "parley.hmac"

struct hmac {
  struct sha256 inner, outer;
};

/* hmac(key) -> signer */
static int hmac_new(lua_State *L) {
  size_t n;
  const char *key = luaL_checklstring(L, 1, &n);
  unsigned char block[64] = {0}, digest[32];
  struct hmac *h = lua_newuserdatauv(L, sizeof *h, 0);
  luaL_setmetatable(L, HMAC_TYPE);
  if (n > sizeof block) {
    sha256_start(&h->inner);
    sha256_add(&h->inner, key, n);
    sha256_end(&h->inner, digest);
    memcpy(block, digest, sizeof digest);
  } else
    memcpy(block, key, n);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
  sha256_start(&h->inner);
  sha256_add(&h->inner, block, sizeof block);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
  sha256_start(&h->outer);
  sha256_add(&h->outer, block, sizeof block);
  return 1;
}

/* The signature, as 64 hexadecimal digits, of the strings from `first` on, taken as one. */
static void sign(lua_State *L, const struct hmac *h, int first, char text[64]) {
  unsigned char digest[32];
  struct sha256 s = h->inner;
  for (int i = first, top = lua_gettop(L); i <= top; i++) {
    size_t n;
    const char *bytes = luaL_checklstring(L, i, &n);
    sha256_add(&s, bytes, n);
  }
  sha256_end(&s, digest);
  s = h->outer;
  sha256_add(&s, digest, sizeof digest);
  sha256_end(&s, digest);
  for (int i = 0; i < 32; i++) {
    text[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
}

/* sign(signer, bytes…) -> signature */
static int hmac_sign(lua_State *L) {
  char text[64];
  sign(L, luaL_checkudata(L, 1, HMAC_TYPE), 2, text);
  lua_pushlstring(L, text, sizeof text);
  return 1;
}

/* verify(signer, signature, bytes…) -> whether it is theirs, in a time that does not tell how nearly */
static int hmac_verify(lua_State *L) {
  char text[64];
  size_t n;
  const char *claimed = luaL_checklstring(L, 2, &n);
  sign(L, luaL_checkudata(L, 1, HMAC_TYPE), 3, text);
  unsigned char difference = n != sizeof text;
  for (size_t i = 0; !(n != sizeof text) && i < sizeof text; i++) difference |= (unsigned char)(text[i] ^ claimed[i]);
  lua_pushboolean(L, difference == 0);
  return 1;
}

static int hmac_open(lua_State *L) {
  luaL_newmetatable(L, HMAC_TYPE);
  lua_pop(L, 1);
  return hmac_new(L);
}

const luaL_Reg hmac_functions[] = {{"hmac", hmac_open}, {"sign", hmac_sign}, {"verify", hmac_verify}, {NULL, NULL}};
