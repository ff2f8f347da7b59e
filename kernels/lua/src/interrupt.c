/* SIGINT: an error in the frame that runs, at its next instruction; nothing when none runs.

   A hook belongs to one coroutine, so the shim must know which one runs: every coroutine, the frames' and the plugins' own,
   is resumed by resume() below, which keeps count. */
#define _GNU_SOURCE
#include "native.h"

#include <signal.h>
#include <string.h>

static lua_State *volatile running; /* the innermost coroutine; NULL outside of any frame */
static volatile sig_atomic_t pending;
static char shim_folder[512];
static size_t shim_folder_length;
static const char error_key; /* its address is the registry's key of the error to raise */

/* Whether the innermost function of Lua's is the shim's: a C function is whoever's that called it. */
static int in_shim(lua_State *L, lua_Debug *ar) {
  if (!shim_folder_length || !lua_getinfo(L, "S", ar)) return 0;
  lua_Debug caller;
  for (int level = 1; *ar->what == 'C' && lua_getstack(L, level, &caller); level++) {
    ar = &caller;
    lua_getinfo(L, "S", ar);
  }
  return ar->source[0] == '@' && strncmp(ar->source + 1, shim_folder, shim_folder_length) == 0;
}

static void hook(lua_State *L, lua_Debug *ar) {
  if (!pending) {
    lua_sethook(L, NULL, 0, 0);
    return;
  }
  /* Not in the middle of the shim's own bookkeeping: wait for the first instruction of somebody else's. */
  if (in_shim(L, ar)) return;
  pending = 0;
  lua_sethook(L, NULL, 0, 0);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &error_key);
  lua_error(L);
}

static void on_signal(int signal) {
  (void)signal;
  lua_State *L = running;
  if (L == NULL) return;
  pending = 1;
  lua_sethook(L, hook, LUA_MASKCALL | LUA_MASKCOUNT, 1); /* the one function of Lua's that a signal handler may call */
}

/* catch_interrupts(error, folder): SIGINT raises `error`, but never in functions whose file is in `folder`. */
static int interrupt_catch(lua_State *L) {
  luaL_checkany(L, 1);
  size_t n;
  const char *folder = luaL_checklstring(L, 2, &n);
  if (n < sizeof shim_folder) {
    memcpy(shim_folder, folder, n);
    shim_folder_length = n;
  }
  lua_pushvalue(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  return 0;
}

/* resume(coroutine, ...) -> as coroutine.resume */
static int interrupt_resume(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  int arguments = lua_gettop(L) - 1, results;
  if (!lua_checkstack(co, arguments)) return luaL_error(L, "too many arguments to resume");
  if (lua_status(co) == LUA_OK && lua_gettop(co) == 0) {
    lua_pushboolean(L, 0);
    lua_pushliteral(L, "cannot resume dead coroutine");
    return 2;
  }
  lua_xmove(L, co, arguments);
  lua_State *outer = running;
  running = co;
  int status = lua_resume(co, L, arguments, &results);
  running = outer;
  if (pending) { /* came too late for this coroutine: hand it to the one outside, or forget it */
    lua_sethook(co, NULL, 0, 0);
    if (outer) lua_sethook(outer, hook, LUA_MASKCALL | LUA_MASKCOUNT, 1);
    else pending = 0;
  }
  if (status != LUA_OK && status != LUA_YIELD) results = 1;
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushboolean(L, 0);
    lua_pushliteral(L, "too many results to resume");
    return 2;
  }
  lua_pushboolean(L, status == LUA_OK || status == LUA_YIELD);
  lua_xmove(co, L, results);
  return results + 1;
}

const luaL_Reg interrupt_functions[] = {
    {"catch_interrupts", interrupt_catch}, {"resume", interrupt_resume}, {NULL, NULL}};
