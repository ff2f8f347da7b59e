<?php

declare(strict_types=1);

namespace Parley;

/** Bytes, which travel in buffers. (A PHP string is text and must be UTF-8.) */
final class Bytes implements \Stringable
{
    public function __construct(public readonly string $bytes)
    {
    }

    public function __toString(): string
    {
        return $this->bytes;
    }
}

/**
 * Values on the wire (protocol §2.2). JSON objects are stdClass, JSON arrays are lists: so {} and [] stay apart, and
 * so do numeric keys. For sending, an array with text keys is an object too.
 */
final class Values
{
    private const DEEPEST = 128;
    private const FLAGS = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;

    /** @var list<string> */
    public array $buffers = [];
    /** @var list<list<string|int>> where they belong in the content */
    public array $paths = [];
    public readonly string $json;
    /** @var array<int, true> the objects that are being walked */
    private array $open = [];

    /**
     * Checks the value and writes it as JSON.
     *
     * @param list<string|int> $at its place in the content
     */
    public function __construct(mixed $value, array $at = [])
    {
        $this->json = self::json($this->plain($value, '$', $at, 0));
    }

    /** JSON of what needs no check, such as the shim's own content; broken text is mended. */
    public static function json(mixed $value, int $flags = 0): string
    {
        ini_set('serialize_precision', '-1');
        return json_encode($value, self::FLAGS | $flags, self::DEEPEST + 16);
    }

    public static function decode(string $json, int $depth = self::DEEPEST + 1): mixed
    {
        return json_decode($json, false, $depth, JSON_THROW_ON_ERROR);
    }

    /** @param list<string|int> $at */
    private function plain(mixed $value, string $path, array $at, int $depth): mixed
    {
        if (is_string($value)) {
            return self::is_text($value) ? $value : throw self::refused($path, 'text that is not UTF-8 (use Parley\Bytes for bytes)');
        }
        if ($value === null || is_int($value) || is_bool($value)) {
            return $value;
        }
        if (is_float($value)) {
            return is_finite($value) ? $value : throw self::refused($path, "the number $value");
        }
        if ($value instanceof Bytes) {
            $this->buffers[] = $value->bytes;
            $this->paths[] = $at;
            return null;
        }
        if (!is_array($value) && !$value instanceof \stdClass) {
            throw self::refused($path, 'a ' . get_debug_type($value));
        }
        if ($depth === self::DEEPEST) {
            throw self::refused($path, 'more than ' . self::DEEPEST . ' levels, or an array that contains itself');
        }
        $list = is_array($value) && array_is_list($value);
        $id = is_object($value) ? spl_object_id($value) : -1;
        if (isset($this->open[$id])) {
            throw self::refused($path, 'an object that contains itself');
        }
        if ($id >= 0) {
            $this->open[$id] = true;
        }
        $copy = [];
        foreach ($value as $key => $item) {
            if (!$list && is_int($key) && is_array($value)) {
                throw self::refused($path, "an array with the integer $key as a key (a stdClass can have such keys)");
            }
            if (!$list && !self::is_text((string) $key)) {
                throw self::refused($path, 'a key that is not UTF-8');
            }
            $step = $list ? "[$key]" : (preg_match('/^[A-Za-z_]\w*$/', (string) $key) ? ".$key" : '[' . json_encode((string) $key) . ']');
            $copy[$key] = $this->plain($item, $path . $step, [...$at, $list ? $key : (string) $key], $depth + 1);
        }
        unset($this->open[$id]);
        return $list ? $copy : (object) $copy;
    }

    private static function is_text(string $text): bool
    {
        return preg_match('//u', $text) === 1;
    }

    private static function refused(string $path, string $what): NotSerializable
    {
        return new NotSerializable((object) ['message' => "$path is $what, which cannot be sent", 'path' => $path]);
    }
}
