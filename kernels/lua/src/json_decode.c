/* JSON → Lua, strictly RFC 8259. Integers stay integers; arrays carry the mark of one, so that [] comes back as []. */
#define _GNU_SOURCE
#include "native.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

struct decoder {
  lua_State *L;
  const char *start, *p, *end;
  int depth, levels;
  const char *problem;
};

static struct scratch unescaped;

static int fail(struct decoder *d, const char *problem) {
  d->problem = problem;
  return 0;
}

static void skip_space(struct decoder *d) {
  while (d->p < d->end && (*d->p == ' ' || *d->p == '\n' || *d->p == '\r' || *d->p == '\t')) d->p++;
}

static int word(struct decoder *d, const char *text, size_t n) {
  if ((size_t)(d->end - d->p) < n || memcmp(d->p, text, n) != 0) return fail(d, "a value expected");
  d->p += n;
  return 1;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* The text ends in a NUL (it is a Lua string), so looking one byte ahead is safe. */
static int number(struct decoder *d) {
  const char *start = d->p;
  int negative = *d->p == '-', is_integer = 1, overflow = 0;
  uint64_t value = 0;
  if (negative) d->p++;
  if (!is_digit(*d->p)) return fail(d, "a digit expected");
  if (*d->p == '0' && is_digit(d->p[1])) return fail(d, "a number with a leading zero");
  for (; is_digit(*d->p); d->p++) {
    uint64_t digit = (uint64_t)(*d->p - '0');
    if (value > (UINT64_MAX - digit) / 10) overflow = 1;
    value = value * 10 + digit;
  }
  if (*d->p == '.') {
    is_integer = 0;
    if (!is_digit(*++d->p)) return fail(d, "a digit expected after the point");
    while (is_digit(*d->p)) d->p++;
  }
  if (*d->p == 'e' || *d->p == 'E') {
    is_integer = 0;
    d->p++;
    if (*d->p == '+' || *d->p == '-') d->p++;
    if (!is_digit(*d->p)) return fail(d, "a digit expected in the exponent");
    while (is_digit(*d->p)) d->p++;
  }
  if (is_integer && !(negative && value == 0)) {
    if (overflow || value > (uint64_t)INT64_MAX + (uint64_t)negative) return fail(d, "an integer beyond 64 bits");
    lua_pushinteger(d->L, (lua_Integer)(negative ? 0u - value : value));
    return 1;
  }
  static locale_t c_locale;
  if (c_locale == (locale_t)0) c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  locale_t before = uselocale(c_locale);
  double result = strtod(start, NULL);
  uselocale(before);
  if (!isfinite(result)) return fail(d, "a number too large for a float");
  lua_pushnumber(d->L, result);
  return 1;
}

static int hex4(struct decoder *d, unsigned *code) {
  *code = 0;
  if (d->end - d->p < 4) return 0;
  for (int i = 0; i < 4; i++) {
    char c = *d->p++;
    unsigned digit = is_digit(c) ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 16;
    if (digit > 15) return 0;
    *code = *code << 4 | digit;
  }
  return 1;
}

static size_t encode_utf8(unsigned code, char out[4]) {
  if (code < 0x80) return out[0] = (char)code, 1;
  size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = n - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3f));
  out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | code);
  return n;
}

/* After a backslash. */
static int escape(struct decoder *d) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  char c = d->p < d->end ? *d->p++ : 0, out[4];
  const char *known = c ? strchr(from, c) : NULL;
  if (known) {
    scratch_add(d->L, &unescaped, to + (known - from), 1);
    return 1;
  }
  unsigned code, low;
  if (c != 'u' || !hex4(d, &code)) return fail(d, "an unknown escape");
  if (code >= 0xd800 && code < 0xe000) {
    if (code >= 0xdc00 || d->end - d->p < 6 || d->p[0] != '\\' || d->p[1] != 'u') return fail(d, "a lone surrogate");
    d->p += 2;
    if (!hex4(d, &low) || low < 0xdc00 || low > 0xdfff) return fail(d, "a lone surrogate");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  scratch_add(d->L, &unescaped, out, encode_utf8(code, out));
  return 1;
}

static int string(struct decoder *d) {
  const char *run = ++d->p;
  int escaped = 0;
  scratch_reset(&unescaped);
  while (d->p < d->end) {
    unsigned char c = (unsigned char)*d->p;
    if (c == '"') {
      if (escaped) {
        scratch_add(d->L, &unescaped, run, (size_t)(d->p - run));
        lua_pushlstring(d->L, unescaped.bytes, unescaped.used);
      } else
        lua_pushlstring(d->L, run, (size_t)(d->p - run));
      d->p++;
      return 1;
    }
    if (c < 0x20) return fail(d, "a control character in a string");
    if (c == '\\') {
      escaped = 1;
      scratch_add(d->L, &unescaped, run, (size_t)(d->p - run));
      d->p++;
      if (!escape(d)) return 0;
      run = d->p;
    } else if (c < 0x80)
      d->p++;
    else {
      int length = utf8_sequence((const unsigned char *)d->p, (size_t)(d->end - d->p));
      if (length <= 0) return fail(d, "text that is not UTF-8");
      d->p += length;
    }
  }
  return fail(d, "a string without its end");
}

static int value(struct decoder *d);

static int array(struct decoder *d) {
  lua_State *L = d->L;
  lua_newtable(L);
  values_set_array(L, -1);
  d->p++;
  skip_space(d);
  if (*d->p == ']') return d->p++, 1;
  for (lua_Integer i = 1;; i++) {
    if (!value(d)) return 0;
    lua_rawseti(L, -2, i);
    skip_space(d);
    if (*d->p == ']') return d->p++, 1;
    if (*d->p != ',') return fail(d, "',' or ']' expected");
    d->p++;
  }
}

static int object(struct decoder *d) {
  lua_State *L = d->L;
  lua_createtable(L, 0, 4);
  d->p++;
  skip_space(d);
  if (*d->p == '}') return d->p++, 1;
  for (;;) {
    skip_space(d);
    if (*d->p != '"') return fail(d, "a key expected");
    if (!string(d)) return 0;
    skip_space(d);
    if (*d->p != ':') return fail(d, "':' expected");
    d->p++;
    if (!value(d)) return 0;
    lua_rawset(L, -3);
    skip_space(d);
    if (*d->p == '}') return d->p++, 1;
    if (*d->p != ',') return fail(d, "',' or '}' expected");
    d->p++;
  }
}

static int value(struct decoder *d) {
  skip_space(d);
  switch (d->p < d->end ? *d->p : 0) {
    case '"': return string(d);
    case 't': return word(d, "true", 4) && (lua_pushboolean(d->L, 1), 1);
    case 'f': return word(d, "false", 5) && (lua_pushboolean(d->L, 0), 1);
    case 'n': return word(d, "null", 4) && (values_push_null(d->L), 1);
    case '[':
    case '{': {
      if (++d->depth > d->levels) return fail(d, "nested too deeply");
      luaL_checkstack(d->L, 6, "nested too deeply");
      int result = *d->p == '[' ? array(d) : object(d);
      d->depth--;
      return result;
    }
    default: return is_digit(*d->p) || *d->p == '-' ? number(d) : fail(d, "a value expected");
  }
}

/* decode(text [, levels]) -> value | nil, message.  JSON's null is `null`, never nil. */
static int json_decode(lua_State *L) {
  size_t n;
  const char *text = luaL_checklstring(L, 1, &n);
  struct decoder d = {.L = L, .start = text, .p = text, .end = text + n, .levels = (int)luaL_optinteger(L, 2, JSON_LEVELS)};
  int ok = value(&d);
  if (ok) {
    skip_space(&d);
    if (d.p != d.end) ok = fail(&d, "text after the value");
  }
  if (ok) return 1;
  lua_pushnil(L);
  lua_pushfstring(L, "%s at byte %d", d.problem, (int)(d.p - d.start) + 1);
  return 2;
}

const luaL_Reg decode_functions[] = {{"decode", json_decode}, {NULL, NULL}};
