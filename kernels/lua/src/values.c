/* Values that JSON has and Lua lacks: null, and tables marked as an array, an object, or bytes.

   A mark is a metatable. A foreign metatable with the field `__jsontype` ("array" or "object", as dkjson has it) is honoured. */
#include "native.h"

#include <string.h>

static const char null_key, array_key; /* their addresses are keys of the registry */
static const void *null_value, *marks[MARK_FOREIGN];

static void make_mark(lua_State *L, enum mark mark, const char *field, const char *name, const char *jsontype) {
  lua_newtable(L);
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  if (jsontype) {
    lua_pushstring(L, jsontype);
    lua_setfield(L, -2, "__jsontype");
  }
  marks[mark] = lua_topointer(L, -1);
  if (mark == MARK_ARRAY) {
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &array_key);
  }
  lua_setfield(L, -2, field);
}

void values_open(lua_State *L) {
  make_mark(L, MARK_ARRAY, "array_mark", "parley.array", "array");
  make_mark(L, MARK_OBJECT, "object_mark", "parley.object", "object");
  make_mark(L, MARK_BYTES, "bytes_mark", "parley.bytes", NULL);
  lua_newuserdatauv(L, 0, 0);
  null_value = lua_topointer(L, -1);
  lua_newtable(L);
  lua_pushliteral(L, "parley.null");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
  lua_setfield(L, -2, "null");
}

void values_push_null(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key); }

int values_is_null(lua_State *L, int index) { return lua_topointer(L, index) == null_value; }

void values_set_array(lua_State *L, int index) {
  index = lua_absindex(L, index);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
  lua_setmetatable(L, index);
}

enum mark values_mark(lua_State *L, int index) {
  if (!lua_getmetatable(L, index)) return MARK_NONE;
  enum mark mark = MARK_FOREIGN;
  const void *metatable = lua_topointer(L, -1);
  for (int i = MARK_ARRAY; i < MARK_FOREIGN; i++)
    if (marks[i] == metatable) mark = (enum mark)i;
  if (mark == MARK_FOREIGN) {
    lua_pushliteral(L, "__jsontype");
    if (lua_rawget(L, -2) == LUA_TSTRING) {
      const char *type = lua_tostring(L, -1);
      if (strcmp(type, "array") == 0) mark = MARK_ARRAY;
      else if (strcmp(type, "object") == 0) mark = MARK_OBJECT;
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return mark;
}
