<?php

declare(strict_types=1);

namespace Parley;

/**
 * What a call can end in: one class per outcome (protocol §2.1). The fields of the error object are properties:
 * `$e->ename`, `$e->nearest`, `$e->retry_after`, …, null where there is none.
 */
class ParleyError extends \RuntimeException
{
    public const KIND = 'handler_error';
    public readonly string $kind;

    public function __construct(public readonly \stdClass $error)
    {
        $this->kind = static::KIND;
        parent::__construct((string) ($error->message ?? static::KIND));
    }

    public function __get(string $name): mixed
    {
        return $this->error->$name ?? null;
    }

    /** The exception for an outcome of a reply. */
    public static function of(string $outcome, \stdClass $error): self
    {
        $class = __NAMESPACE__ . '\\' . str_replace('_', '', ucwords($outcome, '_'));
        return is_subclass_of($class, self::class) ? new $class($error) : new HandlerError($error);
    }
}

class HandlerError extends ParleyError { public const KIND = 'handler_error'; }
class NoProvider extends ParleyError { public const KIND = 'no_provider'; }
class PermissionDenied extends ParleyError { public const KIND = 'permission_denied'; }
class InvalidPayload extends ParleyError { public const KIND = 'invalid_payload'; }
class InvalidReply extends ParleyError { public const KIND = 'invalid_reply'; }
class Timeout extends ParleyError { public const KIND = 'timeout'; }
class Cancelled extends ParleyError { public const KIND = 'cancelled'; }
class KernelDied extends ParleyError { public const KIND = 'kernel_died'; }
class Unavailable extends ParleyError { public const KIND = 'unavailable'; }
class Overloaded extends ParleyError { public const KIND = 'overloaded'; }
class RateLimited extends ParleyError { public const KIND = 'rate_limited'; }
class Deadlock extends ParleyError { public const KIND = 'deadlock'; }
class DepthExceeded extends ParleyError { public const KIND = 'depth_exceeded'; }
class TooLarge extends ParleyError { public const KIND = 'too_large'; }
class NotSerializable extends ParleyError { public const KIND = 'not_serializable'; }

/** SIGINT in a handler. */
final class Interrupted extends \RuntimeException {}

/** What the shim makes of exit() and of fatal errors. */
final class SystemExit extends \RuntimeException
{
    public function __construct(string $message, public readonly ?string $at = null, public readonly int $where = 0)
    {
        parent::__construct($message);
    }
}

/** What the shim itself finds wrong with a request or a result: the reply has this outcome, not handler_error. */
final class Ended extends \Exception
{
    public function __construct(public readonly ParleyError $why)
    {
        parent::__construct();
    }
}

/** Error objects and their frames. */
final class Errors
{
    /** @return array<string, mixed> the error object of what a handler let pass */
    public static function describe(\Throwable $e): array
    {
        $frames = self::frames($e);
        if ($e instanceof HandlerError) {
            $error = (array) $e->error;
            $remote = $error['frames'] ?? [];
            return ['message' => $e->getMessage(), ...$error, 'frames' => [...$frames, ...$remote],
                'traceback' => [...self::traceback($e, $frames), ...($error['traceback'] ?? [])]];
        }
        $name = $e instanceof ParleyError || $e instanceof SystemExit || $e instanceof Interrupted ? (new \ReflectionClass($e))->getShortName() : $e::class;
        $text = $e->getMessage();
        $error = ['message' => $text === '' ? $name : $text, 'ename' => $name, 'evalue' => $text,
            'traceback' => self::traceback($e, $frames), 'frames' => $frames];
        if ($e instanceof ParleyError) {
            $error['cause'] = [...(array) $e->error, 'message' => $text, 'outcome' => $e->kind];
        } elseif ($e->getPrevious() !== null) {
            $cause = $e->getPrevious();
            $error['cause'] = [...self::describe($cause), 'outcome' => 'handler_error'];
            if ($cause instanceof ParleyError) {
                $error['cause'] = [...(array) $cause->error, 'message' => $cause->getMessage(), 'outcome' => $cause->kind];
            }
        }
        return $e instanceof \ParseError ? self::syntax($e, $error) : $error;
    }

    /** @return list<array{file: string, line: int, function: string}> of user code, outermost first */
    public static function frames(\Throwable $e): array
    {
        if ($e instanceof SystemExit) {
            return $e->at === null ? [] : [['file' => Cells::name($e->at), 'line' => $e->where, 'function' => '']];
        }
        $frames = [];
        $places = [['file' => $e->getFile(), 'line' => $e->getLine()], ...$e->getTrace()];
        foreach ($places as $i => $place) {
            $file = $place['file'] ?? '';
            if ($file === '' || str_starts_with($file, dirname(__DIR__) . '/src/') || $file === dirname(__DIR__) . '/main.php') {
                continue;
            }
            $in = $places[$i + 1] ?? [];
            $function = in_array($in['function'] ?? '', ['', 'require', 'include', 'require_once', 'include_once'], true)
                ? '<main>' : ($in['class'] ?? '') . ($in['type'] ?? '') . $in['function'];
            array_unshift($frames, ['file' => Cells::name($file), 'line' => max(1, $place['line'] ?? 1), 'function' => $function]);
        }
        return $frames;
    }

    /**
     * @param list<array{file: string, line: int, function: string}> $frames
     * @return list<string>
     */
    private static function traceback(\Throwable $e, array $frames): array
    {
        $lines = [$e::class . ': ' . $e->getMessage()];
        foreach (array_reverse($frames) as $i => $frame) {
            $lines[] = "#$i {$frame['file']}({$frame['line']}): {$frame['function']}()";
        }
        return $lines;
    }

    /**
     * @param array<string, mixed> $error
     * @return array<string, mixed>
     */
    private static function syntax(\ParseError $e, array $error): array
    {
        $file = Cells::name($e->getFile());
        $column = self::column((string) @file_get_contents($e->getFile()), $e);
        $error['message'] = "{$e->getMessage()} in $file on line {$e->getLine()}, column $column";
        $error['frames'] = [['file' => $file, 'line' => $e->getLine(), 'column' => $column, 'function' => '<main>']];
        return $error;
    }

    /** PHP tells the line only: the column is that of the first token after which the same error is there. */
    private static function column(string $code, \ParseError $e): int
    {
        foreach (@\PhpToken::tokenize($code) as $token) {
            $end = $token->pos + strlen($token->text);
            if ($token->line + substr_count($token->text, "\n") < $e->getLine() || $token->isIgnorable()) {
                continue;
            }
            try {
                @token_get_all(substr($code, 0, $end), TOKEN_PARSE);
            } catch (\ParseError $same) {
                if ($same->getMessage() === $e->getMessage()) {
                    return $token->pos - (int) strrpos("\n" . substr($code, 0, $token->pos), "\n") + 1;
                }
            }
        }
        return 1;
    }
}
