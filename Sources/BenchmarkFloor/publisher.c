#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "BenchmarkFloor.h"
#include "frames.h"

struct floor_publisher {
  void *context;
  void *events;
  void *requests;
  size_t subscribers;
};

static void *bind_socket(void *context, int kind, const char *endpoint) {
  void *socket = zmq_socket(context, kind);
  int patience = 10000, linger = 0, verbose = 1;
  if (kind == ZMQ_XPUB) zmq_setsockopt(socket, ZMQ_XPUB_VERBOSE, &verbose, sizeof verbose);
  zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
  zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  if (zmq_bind(socket, endpoint) == 0) return socket;
  int problem = zmq_errno();
  zmq_close(socket);
  errno = problem;
  return NULL;
}

// A subscriber has come when it is known for both tasks, and has said so on its DEALER.
static int await_subscribers(floor_publisher *publisher) {
  for (size_t index = 0; index < 2 * publisher->subscribers; index++) {
    if (pass_on(publisher->events, NULL) != 0) return -1;
  }
  for (size_t index = 0; index < publisher->subscribers; index++) {
    if (pass_on(publisher->requests, NULL) != 0) return -1;
  }
  return 0;
}

floor_publisher *floor_publisher_open(const char *events, const char *requests, size_t subscribers) {
  floor_publisher *publisher = calloc(1, sizeof *publisher);
  if (!publisher) return NULL;
  publisher->context = zmq_ctx_new();
  publisher->subscribers = subscribers;
  publisher->events = bind_socket(publisher->context, ZMQ_XPUB, events);
  if (publisher->events) publisher->requests = bind_socket(publisher->context, ZMQ_ROUTER, requests);
  if (publisher->requests && await_subscribers(publisher) == 0) return publisher;
  int problem = zmq_errno();
  floor_publisher_close(publisher);
  errno = problem;
  return NULL;
}

// Answers one message of a subscriber: whoever asks for its turn gets it.
//
// Returns 1 when it was the last of that subscriber, whose first frame is empty.
static int answer_one(void *socket) {
  zmq_msg_t subscriber, frame;
  zmq_msg_init(&subscriber);
  zmq_msg_init(&frame);
  if (zmq_msg_recv(&subscriber, socket, 0) < 0 || zmq_msg_recv(&frame, socket, 0) < 0) return -1;
  int is_last = zmq_msg_size(&frame) == 0;
  if (!is_last && zmq_msg_send(&subscriber, socket, ZMQ_SNDMORE) < 0) return -1;
  if (!is_last && zmq_msg_send(&frame, socket, ZMQ_SNDMORE) < 0) return -1;
  zmq_msg_close(&subscriber);
  zmq_msg_close(&frame);
  return pass_on(socket, is_last ? NULL : socket) == 0 ? is_last : -1;
}

static int give_turns(floor_publisher *publisher) {
  size_t done = 0;
  while (done < publisher->subscribers) {
    int answered = answer_one(publisher->requests);
    if (answered < 0) return -1;
    done += (size_t)answered;
  }
  return 0;
}

// Sends a message whose frames are copied; the first, the topic, begins with the task.
static int send_event(void *socket, const size_t *sizes, size_t frames, floor_task task) {
  int sent = 0;
  for (size_t index = 0; index < frames && sent >= 0; index++) {
    zmq_msg_t frame;
    if (zmq_msg_init_size(&frame, sizes[index]) != 0) return -1;
    memset(zmq_msg_data(&frame), (int)task, sizes[index]);
    sent = zmq_msg_send(&frame, socket, index + 1 < frames ? ZMQ_SNDMORE : 0);
  }
  return sent < 0 ? -1 : 0;
}

uint64_t floor_publish(floor_publisher *publisher, const size_t *sizes, size_t frames, floor_task task) {
  uint64_t start = now();
  if (send_event(publisher->events, sizes, frames, task) != 0) return 0;
  if (task == FLOOR_TURN && give_turns(publisher) != 0) return 0;
  return start;
}

void floor_publisher_close(floor_publisher *publisher) {
  if (!publisher) return;
  if (publisher->events) zmq_close(publisher->events);
  if (publisher->requests) zmq_close(publisher->requests);
  zmq_ctx_term(publisher->context);
  free(publisher);
}
