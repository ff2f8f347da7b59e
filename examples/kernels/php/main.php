<?php

declare(strict_types=1);

/** The shim that turns PHP into a Parley kernel: main.php CONNECTION_FILE */

namespace Parley;

foreach (['errors', 'values', 'envelope', 'zmtp', 'session', 'executor', 'waits', 'output', 'streams', 'events', 'cells', 'plugin', 'parameters', 'process', 'kernel'] as $module) {
    require_once __DIR__ . "/src/$module.php";
}

// A path such as /proc/self/fd/7 leads to a file without a name, which PHP opens by its number only;
// then it shares the place in the file with whoever wrote it.
$path = preg_replace('~^/(?:proc/self|dev)/fd/(?=\d+$)~', 'php://fd/', $argv[1] ?? '');
$file = @fopen($path, 'r');
$file && @rewind($file);
$connection = json_decode($file ? (string) stream_get_contents($file) : '');
if (!$connection instanceof \stdClass) {
    fwrite(STDERR, "usage: main.php CONNECTION_FILE (Parley starts it); there is nothing in $path\n");
    exit(2);
}
unset($argv, $argc, $module, $path, $file);
Kernel::start($connection);
