/// What both ends of the floor do with the clock and with frames.

#ifndef PARLEY_BENCHMARK_FRAMES_H
#define PARLEY_BENCHMARK_FRAMES_H

#include <stdint.h>
#include <time.h>
#include <zmq.h>

/// The time now, in nanoseconds: the same clock in all processes.
static inline uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/// Moves one message, frame by frame and without a copy, from a socket to another; or drops it, when there is no other.
///
/// Returns -1, with zmq_errno set, when a socket fails.
static inline int pass_on(void *from, void *to) {
  int more = 1;
  while (more) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, from, 0) < 0) return -1;
    more = zmq_msg_more(&frame);
    if (to && zmq_msg_send(&frame, to, more ? ZMQ_SNDMORE : 0) < 0) return -1;
    if (!to) zmq_msg_close(&frame);
  }
  return 0;
}

#endif
