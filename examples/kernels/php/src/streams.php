<?php

declare(strict_types=1);

namespace Parley;

/**
 * A stream that is read: `foreach (stream('a.rows') as $row)`. Leaving the loop cancels it.
 *
 * @implements \Iterator<int, mixed>
 */
final class Stream implements \Iterator
{
    public const WINDOW = 64;
    private bool $done = false;
    private int $at = -1;
    private int $consumed = 0;
    private mixed $item = null;

    public function __construct(private readonly Inbox $inbox)
    {
    }

    public function rewind(): void
    {
        if ($this->at < 0) {
            $this->next();
        }
    }

    public function next(): void
    {
        while (!$this->done) {
            try {
                $message = Kernel::$executor->next($this->inbox);
            } catch (\Throwable $e) {
                $this->end();
                throw $e;
            }
            if ($message->type() === 'yield_item') {
                if (++$this->consumed === self::WINDOW >> 1) {
                    $this->consumed = 0;
                    Kernel::tell('credit', ['call' => $this->inbox->id, 'credit' => self::WINDOW >> 1]);
                }
                $this->item = $message->content()->value;
                $this->at++;
                return;
            }
            if (str_ends_with($message->type(), '_reply')) {
                $this->end();
                Kernel::check($message);
            }
        }
    }

    public function valid(): bool
    {
        return !$this->done;
    }

    public function current(): mixed
    {
        return $this->item;
    }

    public function key(): int
    {
        return $this->at;
    }

    private function end(): void
    {
        $this->done = true;
        $this->item = null;
        Kernel::$executor->close($this->inbox);
    }

    public function __destruct()
    {
        if (!$this->done && !Kernel::$session->forked()) {
            $this->end();
            Kernel::tell('cancel', ['call' => $this->inbox->id], ['reason' => 'cancelled']);
        }
    }

    /** The producer's side: sends what the handler yields, as far as there is credit. */
    public static function produce(Frame $frame, \Traversable $items): void
    {
        $sequence = 0;
        foreach ($items as $item) {
            $value = Kernel::ours(static fn () => new Values($item, ['value']));
            if ($frame->credit === 0) {
                Kernel::tell('credit_wait');
                while ($frame->credit === 0) {
                    Kernel::$executor->suspend();
                }
            }
            $frame->credit--;
            Kernel::ours(static fn () => Kernel::tell_value('yield_item', $value, ['sequence' => $sequence]));
            $sequence++;
        }
    }
}
