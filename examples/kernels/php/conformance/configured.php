<?php

use function Parley\{log, provide, settings};

$at_load = settings();

provide('__plugin__.echo', fn (mixed $value = null) => $value);

provide('__plugin__.settings', fn () => settings());

provide('__plugin__.at_load', fn () => $at_load);

provide('__plugin__.leak', function () {
    $password = settings()->password;
    log("logged $password", 'info', ['password' => $password]);
    echo "printed $password\n";
});

provide('__plugin__.fail', fn () => throw new RuntimeException('failed with ' . settings()->password));
