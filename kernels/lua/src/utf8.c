/* UTF-8 as in RFC 3629: no surrogates, nothing overlong, nothing past U+10FFFF. */
#include "native.h"

int utf8_sequence(const unsigned char *s, size_t n) {
  unsigned char c = s[0];
  if (c < 0x80) return 1;
  if (c < 0xc2 || c > 0xf4) return 0;
  int length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  /* The second byte carries the limits; those after it are free. */
  unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
  unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
  for (int i = 1; i < length; i++) {
    if ((size_t)i >= n) return -1;
    if (s[i] < (i == 1 ? low : 0x80) || s[i] > (i == 1 ? high : 0xbf)) return 0;
  }
  return length;
}

/* readable(bytes [, hold]) -> text with U+FFFD for what is not UTF-8, the last bytes when they may be the first of a character and `hold` */
static int utf8_readable(lua_State *L) {
  static struct scratch out;
  size_t n, i = 0, start = 0;
  const unsigned char *s = (const unsigned char *)luaL_checklstring(L, 1, &n);
  int hold = lua_toboolean(L, 2), changed = 0;
  scratch_reset(&out);
  while (i < n) {
    int length = utf8_sequence(s + i, n - i);
    if (length > 0) {
      i += (size_t)length;
      continue;
    }
    if (length < 0 && hold) break;
    scratch_add(L, &out, s + start, i - start);
    scratch_add(L, &out, "\xef\xbf\xbd", 3);
    changed = 1;
    start = ++i;
  }
  if (!changed && i == n) {
    lua_pushvalue(L, 1);
    lua_pushliteral(L, "");
    return 2;
  }
  scratch_add(L, &out, s + start, i - start);
  lua_pushlstring(L, out.bytes ? out.bytes : "", out.used);
  lua_pushlstring(L, (const char *)s + i, n - i);
  return 2;
}

const luaL_Reg utf8_functions[] = {{"readable", utf8_readable}, {NULL, NULL}};
