from parley import provide
provide("__plugin__.undeclared", lambda: 1)
