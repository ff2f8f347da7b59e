<?php

use function Parley\{log, on_start, on_stop, provide};

on_start(fn () => log('start 1'));
on_start(fn () => log('start 2'));
on_stop(fn () => log('stop 1'));
on_stop(fn () => log('stop 2'));

provide('__plugin__.echo', fn (mixed $value = null) => $value);
