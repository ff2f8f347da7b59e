/// What the `ZeroMQ` module needs of C: libzmq, and the system calls by which its loop waits.
///
/// Swift imports all of it by itself (functions, option numbers, `zmq_msg_t`), so nothing is
/// wrapped. The Linux headers are here because Swift's Glibc module leaves them out.

#ifndef PARLEY_CZEROMQ_SHIM_H
#define PARLEY_CZEROMQ_SHIM_H

#include <errno.h>
#include <zmq.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif

#endif
