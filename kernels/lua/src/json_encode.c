/* Lua → JSON. What JSON cannot carry faithfully is refused with the path to it, never changed. */
#include "native.h"

#include <math.h>
#include <string.h>

struct level {
  const void *table;
  const char *key; /* NULL: an element, at `index` */
  size_t key_length;
  lua_Integer index; /* from 0, as JSON counts */
};

struct encoder {
  lua_State *L;
  struct scratch *out, *paths;
  const char *prefix; /* where the value will stand in its message, for the paths of buffers */
  int buffers;        /* how many so far */
  int list;           /* stack index of the list of buffers, nil until the first */
  int depth;
  const char *problem;
  struct level levels[JSON_LEVELS];
};

/* Texts of the message itself, and of the paths of buffers: kept from message to message. */
static struct scratch text, paths;

static void add(struct encoder *e, const char *bytes, size_t n) { scratch_add(e->L, e->out, bytes, n); }

static int add_value(struct encoder *e, int index);

/* An element of the table in the level above: notes where it stands, for paths. */
static int add_element(struct encoder *e, struct level *level, const char *key, size_t length, lua_Integer index) {
  level->key = key;
  level->key_length = length;
  level->index = index;
  return add_value(e, lua_gettop(e->L));
}

static int add_array(struct encoder *e, struct level *level, int index, lua_Integer length) {
  lua_State *L = e->L;
  add(e, "[", 1);
  for (lua_Integer i = 1; i <= length; i++) {
    if (i > 1) add(e, ",", 1);
    if (lua_rawgeti(L, index, i) == LUA_TNIL) {
      level->key = NULL;
      level->index = i - 1;
      e->problem = "an array with a hole: put parley.null there";
      return 0;
    }
    if (!add_element(e, level, NULL, 0, i - 1)) return 0;
    lua_pop(L, 1);
  }
  add(e, "]", 1);
  return 1;
}

/* Whether the table has no keys but 1…length. */
static int only_elements(struct encoder *e, struct level *level, int index, lua_Integer length) {
  lua_State *L = e->L;
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    int is_element = lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= length;
    if (is_element) {
      count++;
      continue;
    }
    level->key = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &level->key_length) : "?";
    if (lua_type(L, -2) != LUA_TSTRING) level->key_length = 1;
    e->problem = lua_isinteger(L, -2) ? "an array with holes: put parley.null there" : "a table with both elements and keys";
    return 0;
  }
  return count == length;
}

static int add_object(struct encoder *e, struct level *level, int index) {
  lua_State *L = e->L;
  int first = 1;
  add(e, "{", 1);
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      level->key = "?";
      level->key_length = 1;
      e->problem = lua_isinteger(L, -2) ? "a key that is an integer: an array starts at 1 and has no holes, an object's keys are text"
                                        : "a key that is not text";
      return 0;
    }
    size_t n;
    const char *key = lua_tolstring(L, -2, &n);
    if (!first) add(e, ",", 1);
    first = 0;
    if (!json_add_string(L, e->out, key, n)) {
      level->key = "?";
      level->key_length = 1;
      e->problem = "a key that is not UTF-8";
      return 0;
    }
    add(e, ":", 1);
    if (!add_element(e, level, key, n, 0)) return 0;
  }
  add(e, "}", 1);
  return 1;
}

static int add_bytes(struct encoder *e, int index) {
  lua_State *L = e->L;
  lua_pushliteral(L, "data");
  if (lua_rawget(L, index) != LUA_TSTRING) {
    e->problem = "parley.bytes without its string";
    return 0;
  }
  if (e->buffers == 0) {
    lua_newtable(L);
    lua_replace(L, e->list);
  }
  lua_rawseti(L, e->list, ++e->buffers);
  scratch_add(L, e->paths, e->buffers == 1 ? "[[" : ",[", 2);
  if (e->prefix) json_add_string(L, e->paths, e->prefix, strlen(e->prefix));
  for (int i = 0; i < e->depth; i++) {
    if (i > 0 || e->prefix) scratch_add(L, e->paths, ",", 1);
    if (e->levels[i].key) json_add_string(L, e->paths, e->levels[i].key, e->levels[i].key_length);
    else json_add_integer(L, e->paths, e->levels[i].index);
  }
  scratch_add(L, e->paths, "]", 1);
  add(e, "null", 4);
  return 1;
}

static int add_table(struct encoder *e, int index) {
  lua_State *L = e->L;
  enum mark mark = values_mark(L, index);
  if (mark == MARK_BYTES) return add_bytes(e, index);
  if (mark == MARK_FOREIGN) {
    e->problem = "a table with a metatable of its own: copy its fields into a plain table";
    return 0;
  }
  const void *table = lua_topointer(L, index);
  for (int i = 0; i < e->depth; i++)
    if (e->levels[i].table == table) {
      e->problem = "a table that contains itself";
      return 0;
    }
  if (e->depth == JSON_LEVELS) {
    e->problem = "nested more than 128 levels deep";
    return 0;
  }
  luaL_checkstack(L, 8, "nested too deeply");
  struct level *level = &e->levels[e->depth++];
  level->table = table;
  lua_Integer length = (lua_Integer)lua_rawlen(L, index);
  int is_array = mark == MARK_ARRAY || (mark == MARK_NONE && length > 0);
  if (is_array ? !add_array(e, level, index, length) || !only_elements(e, level, index, length) : !add_object(e, level, index))
    return 0; /* the levels stay as they are: they are the path */
  e->depth--;
  return 1;
}

static int add_value(struct encoder *e, int index) {
  lua_State *L = e->L;
  switch (lua_type(L, index)) {
    case LUA_TNIL: add(e, "null", 4); return 1;
    case LUA_TBOOLEAN:
      if (lua_toboolean(L, index)) add(e, "true", 4);
      else add(e, "false", 5);
      return 1;
    case LUA_TNUMBER:
      if (!lua_isinteger(L, index)) {
        lua_Number number = lua_tonumber(L, index);
        if (isfinite(number)) return json_add_float(L, e->out, number), 1;
        e->problem = isnan(number) ? "NaN has no form in JSON" : "an infinity has no form in JSON";
        return 0;
      }
      json_add_integer(L, e->out, lua_tointeger(L, index));
      return 1;
    case LUA_TSTRING: {
      size_t n;
      const char *bytes = lua_tolstring(L, index, &n);
      if (json_add_string(L, e->out, bytes, n)) return 1;
      e->problem = "a string that is not UTF-8: wrap it in parley.bytes";
      return 0;
    }
    case LUA_TTABLE: return add_table(e, index);
    case LUA_TUSERDATA:
      if (values_is_null(L, index)) {
        add(e, "null", 4);
        return 1;
      } /* fall through */
    default:
      e->problem = lua_pushfstring(L, "a %s has no form in JSON", luaL_typename(L, index));
      return 0;
  }
}

static int is_name(const char *s, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!(s[i] == '_' || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || (i > 0 && s[i] >= '0' && s[i] <= '9'))) return 0;
  return n > 0;
}

/* Pushes where the encoder stopped: $.rows[3].when */
static void push_path(struct encoder *e) {
  lua_State *L = e->L;
  scratch_reset(e->paths);
  scratch_add(L, e->paths, "$", 1);
  for (int i = 0; i < e->depth; i++) {
    struct level *level = &e->levels[i];
    if (level->key && (is_name(level->key, level->key_length) || level->key[0] == '?')) {
      scratch_add(L, e->paths, ".", 1);
      scratch_add(L, e->paths, level->key, level->key_length);
      continue;
    }
    scratch_add(L, e->paths, "[", 1);
    if (!level->key) json_add_integer(L, e->paths, level->index);
    else if (!json_add_string(L, e->paths, level->key, level->key_length)) scratch_add(L, e->paths, "?", 1);
    scratch_add(L, e->paths, "]", 1);
  }
  lua_pushlstring(L, e->paths->bytes, e->paths->used);
}

/* encode(value [, prefix]) -> json [, paths of the buffers as json, the buffers]
   | nil, what is wrong, the path to it.  `prefix` is the key under which the value will stand. */
static int json_encode(lua_State *L) {
  static struct encoder e; /* too large for the C stack of a deep coroutine */
  luaL_checkany(L, 1);
  lua_settop(L, 2);
  lua_pushnil(L);
  e.L = L;
  e.out = &text;
  e.paths = &paths;
  e.prefix = luaL_optstring(L, 2, NULL);
  e.list = 3;
  e.buffers = e.depth = 0;
  scratch_reset(&text);
  scratch_reset(&paths);
  if (!add_value(&e, 1)) {
    lua_pushstring(L, e.problem);
    push_path(&e);
    lua_pushnil(L);
    lua_insert(L, -3);
    return 3;
  }
  lua_pushlstring(L, text.bytes, text.used);
  if (e.buffers == 0) return 1;
  scratch_add(L, &paths, "]", 1);
  lua_pushlstring(L, paths.bytes, paths.used);
  lua_pushvalue(L, e.list);
  return 3;
}

const luaL_Reg encode_functions[] = {{"encode", json_encode}, {NULL, NULL}};
