<?php

declare(strict_types=1);

namespace Parley;

/** The parameters of a call are the named arguments of the handler (protocol §4). */
final class Parameters
{
    public static function apply(\Closure $handler, \stdClass $params): mixed
    {
        $arguments = [];
        $left = get_object_vars($params);
        foreach ((new \ReflectionFunction($handler))->getParameters() as $parameter) {
            $name = $parameter->getName();
            if ($parameter->isVariadic()) {
                $arguments += $left;
                $left = [];
            } elseif (array_key_exists($name, $left)) {
                $value = $left[$name];
                $type = $parameter->getType();
                if (is_float($value) && $type instanceof \ReflectionNamedType && $type->getName() === 'int' && $value === floor($value) && abs($value) < 2 ** 63) {
                    $value = (int) $value; // an integer may have been written as 1.0
                }
                $arguments[$name] = $value;
                unset($left[$name]);
            } elseif (!$parameter->isOptional()) {
                throw self::wrong($name, "the parameter $name is missing", (string) ($parameter->getType() ?? 'a value'), null);
            }
        }
        foreach ($left as $name => $value) {
            throw self::wrong((string) $name, "there is no parameter $name", 'nothing', get_debug_type($value));
        }
        try {
            return $handler(...$arguments);
        } catch (\TypeError $e) {
            if (($e->getTrace()[0]['file'] ?? '') === __FILE__ && preg_match('/Argument #\d+ \(\$(\w+)\) must be (.+?), (.+?) given/', $e->getMessage(), $found)) {
                throw self::wrong($found[1], "the parameter $found[1] must be $found[2], not $found[3]", $found[2], $found[3]);
            }
            throw $e;
        }
    }

    private static function wrong(string $name, string $message, string $expected, ?string $got): Ended
    {
        $pointer = '/' . strtr($name, ['~' => '~0', '/' => '~1']);
        return new Ended(new InvalidPayload((object) ['message' => $message, 'pointer' => $pointer, 'expected' => $expected, 'got' => $got]));
    }
}
