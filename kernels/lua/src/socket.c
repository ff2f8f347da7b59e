/* A non-blocking unix stream socket and poll: every system call of the transport is here, and EINTR ends here. */
#define _GNU_SOURCE
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A unix socket hands over some 200 KiB at once at most; memory of a static array is only taken when touched. */
static char chunk[256 * 1024];

static int failure(lua_State *L, const char *operation) {
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", operation, strerror(errno));
  return 2;
}

/* connect(path) -> descriptor | nil, message */
static int socket_connect(lua_State *L) {
  size_t n;
  const char *path = luaL_checklstring(L, 1, &n);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (n >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return failure(L, path);
  }
  memcpy(address.sun_path, path, n);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) return failure(L, "socket");
  /* A child of the plugin must never speak on this socket. */
  fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE /* where send() has no flag for it; ignoring the signal would be inherited by the plugin's children */
  setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int));
#endif
  int result;
  do result = connect(fd, (struct sockaddr *)&address, sizeof address);
  while (result < 0 && errno == EINTR);
  if (result < 0) {
    failure(L, path);
    close(fd);
    return 2;
  }
  fcntl(fd, F_SETFL, O_NONBLOCK);
  lua_pushinteger(L, fd);
  return 1;
}

static int socket_close(lua_State *L) {
  close((int)luaL_checkinteger(L, 1));
  return 0;
}

/* receive(fd) -> bytes, whether more may wait | "" (nothing there) | nil, message (the end of the connection) */
static int socket_receive(lua_State *L) {
  int fd = (int)luaL_checkinteger(L, 1);
  ssize_t n;
  do n = recv(fd, chunk, sizeof chunk, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0) {
    lua_pushlstring(L, chunk, (size_t)n);
    lua_pushboolean(L, (size_t)n == sizeof chunk);
    return 2;
  }
  if (n == 0) {
    lua_pushnil(L);
    lua_pushliteral(L, "the other side closed the connection");
    return 2;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    lua_pushliteral(L, "");
    lua_pushboolean(L, 0);
    return 2;
  }
  return failure(L, "recv");
}

/* send(fd, bytes, offset) -> how many were taken, 0 when none can be now | nil, message */
static int socket_send(lua_State *L) {
  int fd = (int)luaL_checkinteger(L, 1);
  size_t n;
  const char *bytes = luaL_checklstring(L, 2, &n);
  size_t offset = (size_t)luaL_optinteger(L, 3, 0);
  luaL_argcheck(L, offset <= n, 3, "past the end");
  ssize_t sent;
#ifdef MSG_NOSIGNAL
  int flags = MSG_NOSIGNAL;
#else
  int flags = 0;
#endif
  do sent = send(fd, bytes + offset, n - offset, flags);
  while (sent < 0 && errno == EINTR);
  if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) sent = 0;
  if (sent < 0) return failure(L, "send");
  lua_pushinteger(L, sent);
  return 1;
}

/* poll(fd, write, fd, write, seconds) -> first readable, first writable, second readable, second writable
   A second descriptor of -1 is left out; seconds < 0 waits for ever. */
static int socket_poll(lua_State *L) {
  struct pollfd fds[2];
  for (int i = 0; i < 2; i++) {
    fds[i].fd = (int)luaL_checkinteger(L, 1 + 2 * i);
    fds[i].events = (short)(POLLIN | (lua_toboolean(L, 2 + 2 * i) ? POLLOUT : 0));
    fds[i].revents = 0;
  }
  double seconds = luaL_optnumber(L, 5, -1);
  int result;
  do result = poll(fds, 2, seconds < 0 ? -1 : (int)(seconds * 1000 + 0.999));
  while (result < 0 && errno == EINTR);
  if (result < 0) return luaL_error(L, "poll: %s", strerror(errno));
  for (int i = 0; i < 2; i++) {
    /* A hang-up is read as the end of the connection. */
    lua_pushboolean(L, fds[i].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL));
    lua_pushboolean(L, fds[i].revents & POLLOUT);
  }
  return 4;
}

const luaL_Reg socket_functions[] = {
    {"connect", socket_connect}, {"close", socket_close}, {"receive", socket_receive},
    {"send", socket_send},       {"poll", socket_poll},   {NULL, NULL}};
