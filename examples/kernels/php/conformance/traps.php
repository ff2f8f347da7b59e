<?php

declare(strict_types=1);

use function Parley\{call, provide};

class Lazy implements ArrayAccess, Countable, IteratorAggregate, Stringable
{
    public function __construct(private Closure $ask)
    {
    }

    public function __get(string $name): mixed
    {
        return ($this->ask)();
    }

    public function __toString(): string
    {
        return ($this->ask)();
    }

    public function offsetGet(mixed $key): mixed
    {
        return ($this->ask)();
    }

    public function offsetExists(mixed $key): bool
    {
        return true;
    }

    public function offsetSet(mixed $key, mixed $value): void
    {
    }

    public function offsetUnset(mixed $key): void
    {
    }

    public function count(): int
    {
        return strlen(($this->ask)());
    }

    public function getIterator(): Iterator
    {
        yield ($this->ask)();
    }
}

class Dropped
{
    public static mixed $found = 'destructor';

    public function __construct(private Closure $ask)
    {
    }

    public function __destruct()
    {
        self::$found = ($this->ask)();
    }
}

$traps = [
    'sort' => function ($ask) {
        $list = [2, 1];
        usort($list, fn ($a, $b) => strlen($ask()) * ($a <=> $b));
        return $ask();
    },
    'map' => fn ($ask) => array_map(fn () => $ask(), [1])[0],
    'replace' => fn ($ask) => preg_replace_callback('/x/', fn () => $ask(), 'x'),
    'generator' => fn ($ask) => (fn () => yield $ask())()->current(),
    'property' => fn ($ask) => (new Lazy($ask))->value,
    'text' => fn ($ask) => (string) new Lazy($ask),
    'offset' => fn ($ask) => (new Lazy($ask))[1],
    'count' => fn ($ask) => count(new Lazy($ask)) ? $ask() : null,
    'iterator' => fn ($ask) => iterator_to_array(new Lazy($ask))[0],
    'destructor' => function ($ask) {
        new Dropped($ask);
        return Dropped::$found;
    },
    'output_buffer' => function ($ask) {
        ob_start();
        echo $ask();
        return ob_get_clean();
    },
    'output_callback' => function ($ask) {
        ob_start(fn () => $ask());
        echo 'x';
        ob_end_flush();
        return $ask();
    },
    'fiber' => function ($ask) {
        $fiber = new Fiber($ask);
        $fiber->start();
        return $fiber->getReturn();
    },
    'autoload' => function ($ask) {
        $found = null;
        spl_autoload_register($load = function () use (&$found, $ask) {
            $found = $ask();
        });
        class_exists('No\Such\Thing');
        spl_autoload_unregister($load);
        return $found;
    },
    'json' => fn ($ask) => json_decode(json_encode(new class($ask) implements JsonSerializable {
        public function __construct(private Closure $ask)
        {
        }

        public function jsonSerialize(): mixed
        {
            return ($this->ask)();
        }
    })),
];

provide('__plugin__.echo', fn (mixed $value = null) => $value);
provide('__plugin__.spring', fn (string $trap, string $method) => $traps[$trap](fn () => call($method, ['value' => $trap])));
