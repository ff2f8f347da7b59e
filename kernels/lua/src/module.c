/* The module itself: one flat table of functions. */
#include "native.h"

#include <stdlib.h>
#include <string.h>

#define SCRATCH_KEEP (1u << 20)

void scratch_reset(struct scratch *s) {
  s->used = 0;
  if (s->capacity > SCRATCH_KEEP) { /* one huge message must not be paid for ever after */
    free(s->bytes);
    s->bytes = NULL;
    s->capacity = 0;
  }
}

char *scratch_room(lua_State *L, struct scratch *s, size_t n) {
  if (s->capacity - s->used < n) {
    size_t capacity = s->capacity ? s->capacity : 1024;
    while (capacity - s->used < n) capacity *= 2;
    char *bytes = realloc(s->bytes, capacity);
    if (bytes == NULL) luaL_error(L, "not enough memory");
    s->bytes = bytes;
    s->capacity = capacity;
  }
  return s->bytes + s->used;
}

void scratch_add(lua_State *L, struct scratch *s, const void *bytes, size_t n) {
  if (n == 0) return; /* there may be no block yet */
  memcpy(scratch_room(L, s, n), bytes, n);
  s->used += n;
}

int luaopen_parley_native(lua_State *L);
int luaopen_parley_native(lua_State *L) {
  lua_newtable(L);
  luaL_setfuncs(L, socket_functions, 0);
  luaL_setfuncs(L, process_functions, 0);
  luaL_setfuncs(L, interrupt_functions, 0);
  luaL_setfuncs(L, hmac_functions, 0);
  luaL_setfuncs(L, utf8_functions, 0);
  luaL_setfuncs(L, encode_functions, 0);
  luaL_setfuncs(L, decode_functions, 0);
  values_open(L);
  return 1;
}
