<?php

declare(strict_types=1);

use function Parley\{call, provide};

class Own
{
}

class Fatal extends Error
{
    public function __toString(): string
    {
        throw new LogicException('not even text');
    }
}

provide('__plugin__.echo', fn (mixed $value = null) => $value);
provide('__plugin__.exit', function () {
    exit(3);
});
provide('__plugin__.close_output', function () {
    fclose(STDOUT);
    fclose(STDERR);
    echo "into nowhere\n";
    return 'still here';
});
provide('__plugin__.flood', function (int $lines) {
    for ($i = 0; $i < $lines; $i++) {
        echo "line $i\n";
    }
    return $lines;
});
provide('__plugin__.fork', function () {
    $child = pcntl_fork();
    if ($child === 0) {
        try {
            call('__plugin__.echo', ['value' => 'from the child']);
        } finally {
            exit(7);
        }
    }
    pcntl_waitpid($child, $status);
    return 'parent';
});
provide('__plugin__.child', function () {
    proc_close(proc_open(['echo', 'from the child'], [1 => ['file', 'php://fd/1', 'w']], $pipes));
    return 'done';
});
provide('__plugin__.swallow', function (string $method, stdClass $params) {
    for ($i = 0; $i < 3; $i++) {
        try {
            call($method, $params);
        } catch (Throwable) {
        }
    }
    return 'swallowed';
});
provide('__plugin__.garbage', function (string $what) {
    $cycle = new stdClass();
    $cycle->a = $cycle;
    return match ($what) {
        'function' => strlen(...),
        'cycle' => $cycle,
        'sdk' => Parley\context(),
        'error' => new Exception('x'),
        'self' => new Own(),
    };
});
provide('__plugin__.raise_odd', function (string $what) {
    throw match ($what) {
        'nothing' => new Exception(),
        'text' => new Exception('just text'),
        'table' => new Exception("\xFF\xFE"),
        'fatal' => new Fatal(),
    };
});
provide('__plugin__.patch', function () {
    while (ob_get_level()) {
        ob_end_clean();
    }
    ini_set('serialize_precision', '2');
    set_error_handler(fn () => throw new LogicException('this was replaced'));
    set_exception_handler(fn () => exit(1));
    return 'patched';
});

function deeper(int $n): int
{
    return 1 + deeper($n + 1);
}

provide('__plugin__.deep', fn () => deeper(1));
