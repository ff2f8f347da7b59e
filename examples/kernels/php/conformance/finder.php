<?php

declare(strict_types=1);

use function Parley\{log, on, provide};

on('service:available', function (stdClass $event) {
    log("saw $event->method");
});
provide('__plugin__.echo', fn (mixed $value = null) => $value);
provide('__plugin__.offer', function () {
    provide('__plugin__.extra', fn () => 'extra');
});
provide('__plugin__.draw', fn (mixed $value) => ['__plugin__', $value]);
provide('__plugin__.fail', function (mixed $value) {
    throw new RuntimeException((string) $value);
});
