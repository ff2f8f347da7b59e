/* Numbers and strings as JSON writes them. */
#define _GNU_SOURCE
#include "native.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

void json_add_integer(lua_State *L, struct scratch *out, lua_Integer value) {
  char digits[24], *p = digits + sizeof digits;
  lua_Unsigned rest = value < 0 ? 0u - (lua_Unsigned)value : (lua_Unsigned)value;
  do *--p = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) *--p = '-';
  scratch_add(L, out, p, (size_t)(digits + sizeof digits - p));
}

void json_add_float(lua_State *L, struct scratch *out, lua_Number value) {
  static locale_t c_locale;
  char digits[40];
  /* A plugin may have set a locale that writes 1,5. */
  if (c_locale == (locale_t)0) c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  locale_t before = uselocale(c_locale);
  int n = 0;
  for (int precision = 15; precision <= 17; precision++) { /* the shortest that comes back as the same number */
    n = snprintf(digits, sizeof digits - 2, "%.*g", precision, value);
    if (strtod(digits, NULL) == value) break;
  }
  uselocale(before);
  if (strpbrk(digits, ".e") == NULL) { /* stays a float on the other side */
    memcpy(digits + n, ".0", 2);
    n += 2;
  }
  scratch_add(L, out, digits, (size_t)n);
}

int json_add_string(lua_State *L, struct scratch *out, const char *bytes, size_t n) {
  const unsigned char *s = (const unsigned char *)bytes;
  char *p = scratch_room(L, out, 6 * n + 2), *start = p;
  *p++ = '"';
  for (size_t i = 0; i < n;) {
    unsigned char c = s[i];
    if (c >= 0x80) {
      int length = utf8_sequence(s + i, n - i);
      if (length <= 0) return 0;
      memcpy(p, s + i, (size_t)length);
      p += length;
      i += (size_t)length;
      continue;
    }
    i++;
    if (c >= 0x20 && c != '"' && c != '\\') {
      *p++ = (char)c;
      continue;
    }
    *p++ = '\\';
    switch (c) {
      case '"': case '\\': *p++ = (char)c; break;
      case '\n': *p++ = 'n'; break;
      case '\r': *p++ = 'r'; break;
      case '\t': *p++ = 't'; break;
      case '\b': *p++ = 'b'; break;
      case '\f': *p++ = 'f'; break;
      default:
        memcpy(p, "u00", 3);
        p[3] = "01"[c >> 4];
        p[4] = "0123456789abcdef"[c & 15];
        p += 5;
    }
  }
  *p++ = '"';
  out->used += (size_t)(p - start);
  return 1;
}
