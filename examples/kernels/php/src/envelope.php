<?php

declare(strict_types=1);

namespace Parley;

/** A message that is no envelope (`not_an_envelope`), is not signed (`bad_signature`) or cannot be read (`malformed`). */
final class Refused extends \Exception
{
    public function __construct(public readonly string $reason, public readonly ?string $header = null)
    {
        parent::__construct($reason);
    }
}

/** A message as it came: Jupyter's wire format, version 5.4 (protocol §2). */
final class Envelope
{
    public const DELIMITER = '<IDS|MSG>';

    /** @param list<string> $buffers */
    private function __construct(
        public readonly string $header_bytes,
        public readonly \stdClass $header,
        public readonly \stdClass $parent,
        public readonly \stdClass $metadata,
        private readonly string $content_bytes,
        private readonly array $buffers,
    ) {
    }

    /** @param list<string> $parts header, parent_header, metadata, content */
    public static function sign(string $key, array $parts): string
    {
        return hash_hmac('sha256', implode('', $parts), $key);
    }

    /**
     * @param list<string> $parts
     * @param list<string> $buffers
     * @return list<string>
     */
    public static function frames(string $key, array $parts, array $buffers = []): array
    {
        return [self::DELIMITER, self::sign($key, $parts), ...$parts, ...$buffers];
    }

    /**
     * Verifies, and only then reads.
     *
     * @param list<string> $frames from the delimiter on
     */
    public static function read(array $frames, string $key): self
    {
        if (count($frames) < 6 || $frames[0] !== self::DELIMITER) {
            throw new Refused('not_an_envelope');
        }
        $parts = array_slice($frames, 2, 4);
        if (!hash_equals(self::sign($key, $parts), $frames[1])) {
            throw new Refused('bad_signature');
        }
        try {
            $header = Values::decode($parts[0]);
            if (!is_string($header->msg_id ?? null) || !is_string($header->msg_type ?? null)) {
                throw new \UnexpectedValueException('a header has msg_id and msg_type');
            }
        } catch (\Throwable) {
            throw new Refused('malformed');
        }
        try {
            [$parent, $metadata] = [Values::decode($parts[1]), Values::decode($parts[2])];
            if (!$parent instanceof \stdClass || !$metadata instanceof \stdClass) {
                throw new \UnexpectedValueException('parent_header and metadata are objects');
            }
        } catch (\Throwable) {
            throw new Refused('malformed', $parts[0]);
        }
        return new self($parts[0], $header, $parent, $metadata, $parts[3], array_slice($frames, 6));
    }

    public function id(): string
    {
        return $this->header->msg_id;
    }

    public function type(): string
    {
        return $this->header->msg_type;
    }

    public function outcome(): string
    {
        return $this->metadata->outcome ?? 'ok';
    }

    /** The content, with the buffers in their places as Bytes. */
    public function content(): \stdClass
    {
        $content = Values::decode($this->content_bytes);
        if (!$content instanceof \stdClass) {
            throw new \UnexpectedValueException('the content is not an object');
        }
        foreach ($this->metadata->buffer_paths ?? [] as $i => $path) {
            $at = &$content;
            foreach ($path as $key) {
                if ($at instanceof \stdClass && property_exists($at, (string) $key)) {
                    $at = &$at->{$key};
                } elseif (is_array($at) && array_key_exists($key, $at)) {
                    $at = &$at[$key];
                } else {
                    throw new \UnexpectedValueException('a path of buffer_paths leads nowhere');
                }
            }
            $at = new Bytes($this->buffers[$i] ?? throw new \UnexpectedValueException('a buffer is missing'));
            unset($at);
        }
        return $content;
    }
}
