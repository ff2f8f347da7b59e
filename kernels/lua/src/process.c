/* The process: clocks, identity, chance, and how it ends. */
#define _GNU_SOURCE
#include "native.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static volatile int in_child; /* set in every child that a plugin's C code forks */

static void note_fork(void) { in_child = 1; }

/* watch_forks(): from now on forked() is true in children, without a system call for each message. */
static int process_watch_forks(lua_State *L) {
  (void)L;
  pthread_atfork(NULL, NULL, note_fork);
  return 0;
}

static int process_forked(lua_State *L) {
  lua_pushboolean(L, in_child);
  return 1;
}

/* monotonic() -> seconds, from an arbitrary point, never set back */
static int process_monotonic(lua_State *L) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  lua_pushnumber(L, (lua_Number)t.tv_sec + (lua_Number)t.tv_nsec / 1e9);
  return 1;
}

/* timestamp() -> "2026-01-02T03:04:05.678Z" */
static int process_timestamp(lua_State *L) {
  static char text[sizeof "2026-01-02T03:04:05.678Z" + 16];
  static time_t second = -1;
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  if (t.tv_sec != second) { /* the calendar is worked out once a second, not once a message */
    struct tm parts;
    gmtime_r(&t.tv_sec, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
    second = t.tv_sec;
  }
  int millis = (int)(t.tv_nsec / 1000000);
  text[20] = (char)('0' + millis / 100);
  text[21] = (char)('0' + millis / 10 % 10);
  text[22] = (char)('0' + millis % 10);
  lua_pushlstring(L, text, 24);
  return 1;
}

static int process_pid(lua_State *L) {
  lua_pushinteger(L, getpid());
  return 1;
}

/* random_hex(n) -> n random bytes as hexadecimal digits */
static int process_random_hex(lua_State *L) {
  unsigned char bytes[32];
  char text[2 * sizeof bytes];
  size_t n = (size_t)luaL_checkinteger(L, 1);
  luaL_argcheck(L, n <= sizeof bytes, 1, "too many");
  int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  if (fd < 0 || read(fd, bytes, n) != (ssize_t)n) return luaL_error(L, "cannot read /dev/urandom");
  close(fd);
  for (size_t i = 0; i < n; i++) {
    text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
  }
  lua_pushlstring(L, text, 2 * n);
  return 1;
}

/* leave(status): ends at once. No exit hook or finalizer of a plugin may hold the process. */
static int process_leave(lua_State *L) {
  fflush(NULL);
  _exit((int)luaL_checkinteger(L, 1));
}

const luaL_Reg process_functions[] = {{"watch_forks", process_watch_forks},
                                      {"forked", process_forked},
                                      {"monotonic", process_monotonic},
                                      {"timestamp", process_timestamp},
                                      {"pid", process_pid},
                                      {"random_hex", process_random_hex},
                                      {"leave", process_leave},
                                      {NULL, NULL}};
