/* The compiled part of the Lua shim: what Lua cannot do by itself, and what must be quick.
   Each file registers its functions into the one table that `parley_native` is. */
#ifndef PARLEY_NATIVE_H
#define PARLEY_NATIVE_H

#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>
#include <stdint.h>

/* JSON nests at most this deep (protocol §2.2). */
#define JSON_LEVELS 128

extern const luaL_Reg socket_functions[];
extern const luaL_Reg process_functions[];
extern const luaL_Reg interrupt_functions[];
extern const luaL_Reg hmac_functions[];
extern const luaL_Reg utf8_functions[];
extern const luaL_Reg encode_functions[];
extern const luaL_Reg decode_functions[];

/* Values that JSON has and Lua lacks; both sides of the codec must agree on them. */
void values_open(lua_State *L);      /* makes the marks and adds them to the table on top */
void values_push_null(lua_State *L); /* pushes the one null */
int values_is_null(lua_State *L, int index);
enum mark { MARK_NONE, MARK_ARRAY, MARK_OBJECT, MARK_BYTES, MARK_FOREIGN };
enum mark values_mark(lua_State *L, int index); /* what the table's metatable says it is */
void values_set_array(lua_State *L, int index); /* marks the table as an array */

/* Length of the valid UTF-8 sequence at s (of n bytes): 0 when invalid, -1 when it is cut off by the end. */
int utf8_sequence(const unsigned char *s, size_t n);

/* A block of memory that grows and outlives errors: Lua's longjmp cannot leak what is never freed. */
struct scratch {
  char *bytes;
  size_t used, capacity;
};
void scratch_reset(struct scratch *s);
char *scratch_room(lua_State *L, struct scratch *s, size_t n);
void scratch_add(lua_State *L, struct scratch *s, const void *bytes, size_t n);

/* JSON texts; a float must be finite. The string's is 0 when it is not UTF-8, and nothing is added. */
void json_add_integer(lua_State *L, struct scratch *out, lua_Integer value);
void json_add_float(lua_State *L, struct scratch *out, lua_Number value);
int json_add_string(lua_State *L, struct scratch *out, const char *bytes, size_t n);

#endif
