#ifndef PARLEY_CZEROMQ_SHIM_H
#define PARLEY_CZEROMQ_SHIM_H
#include <zmq.h>
#endif
