<?php

declare(strict_types=1);

/** The shim that turns PHP into a Parley kernel: main.php CONNECTION_FILE */

namespace Parley;

foreach (['errors', 'values', 'envelope', 'zmtp', 'session', 'executor', 'output', 'streams', 'events', 'cells', 'plugin', 'parameters', 'process', 'kernel'] as $module) {
    require_once __DIR__ . "/src/$module.php";
}

// A path such as /proc/self/fd/7 leads to a file without a name, which PHP does not open by that path.
$path = preg_replace('~^/(?:proc/self|dev)/fd/(?=\d+$)~', 'php://fd/', $argv[1] ?? '');
$connection = json_decode((string) @file_get_contents($path));
if (!$connection instanceof \stdClass) {
    fwrite(STDERR, "usage: main.php CONNECTION_FILE (Parley starts it)\n");
    exit(2);
}
unset($argv, $argc, $module, $path);
Kernel::start($connection);
