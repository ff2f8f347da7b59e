#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "BenchmarkFloor.h"
#include "frames.h"

struct floor_caller {
  void *context;
  void *socket;
  unsigned char routing_id[256];
  size_t routing_id_size;
};

floor_caller *floor_open(const char *endpoint) {
  floor_caller *caller = calloc(1, sizeof *caller);
  if (!caller) return NULL;
  caller->context = zmq_ctx_new();
  caller->socket = zmq_socket(caller->context, ZMQ_ROUTER);
  int unlimited = 0, patience = 10000, linger = 0, size = -1;
  zmq_setsockopt(caller->socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(caller->socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(caller->socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
  zmq_setsockopt(caller->socket, ZMQ_LINGER, &linger, sizeof linger);
  if (zmq_bind(caller->socket, endpoint) == 0) {
    size = zmq_recv(caller->socket, caller->routing_id, sizeof caller->routing_id, 0);
  }
  char empty[1];
  if (size > 0 && zmq_recv(caller->socket, empty, sizeof empty, 0) == 0) {
    caller->routing_id_size = (size_t)size;
    return caller;
  }
  int problem = zmq_errno();
  floor_close(caller);
  errno = problem;
  return NULL;
}

// Sends a message whose frames are copied, as those of a call are.
static int send_one(floor_caller *caller, const size_t *sizes, size_t frames, const char *bytes) {
  int sent = zmq_send(caller->socket, caller->routing_id, caller->routing_id_size, ZMQ_SNDMORE);
  for (size_t index = 0; index < frames && sent >= 0; index++) {
    sent = zmq_send(caller->socket, bytes, sizes[index], index + 1 < frames ? ZMQ_SNDMORE : 0);
  }
  return sent < 0 ? -1 : 0;
}

uint64_t floor_call(
  floor_caller *caller, const size_t *sizes, size_t frames, size_t count, size_t in_flight, uint64_t *nanoseconds
) {
  size_t longest = 1, sent = 0;
  for (size_t index = 0; index < frames; index++) longest = sizes[index] > longest ? sizes[index] : longest;
  char *bytes = malloc(longest);
  if (!bytes) return 0;
  memset(bytes, 'x', longest);
  uint64_t start = now(), last = start;
  int failed = 0;
  for (size_t received = 0; received < count && !failed; received++) {
    while (sent < count && sent < received + in_flight && !failed) {
      failed = send_one(caller, sizes, frames, bytes);
      sent++;
    }
    failed = failed || pass_on(caller->socket, NULL);
    if (nanoseconds) {
      uint64_t end = now();
      nanoseconds[received] = end - last;
      last = end;
    }
  }
  free(bytes);
  return failed ? 0 : now() - start;
}

void floor_close(floor_caller *caller) {
  if (!caller) return;
  zmq_close(caller->socket);
  zmq_ctx_term(caller->context);
  free(caller);
}
