<?php

declare(strict_types=1);

namespace Parley;

/** Code that is executed without a plugin (protocol §8). It is read through a stream wrapper, so that it has a file name. */
final class Cells
{
    private const NAMES = 'on, emit, provide, call, stream, lock, progress, log, on_start, on_stop, context, settings';
    private static int $count = 0;
    /** @var array<string, mixed> the namespace of the cells */
    private static array $variables = [];
    /** @var array<string, string> */
    public static array $sources = [];
    /** @var resource|null */
    public $context;
    private string $code = '';
    private int $at = 0;

    /** The name of a file, for people. */
    public static function name(string $file): string
    {
        return preg_match('~^parley-cell://(\d+)$~', $file, $found) ? "<cell $found[1]>" : $file;
    }

    public static function execute(Envelope $request): void
    {
        $content = $request->content();
        $number = ($content->silent ?? false) ? self::$count : ++self::$count;
        self::$count || stream_wrapper_register('parley-cell', self::class);
        in_array('parley-cell', stream_get_wrappers(), true) || stream_wrapper_register('parley-cell', self::class);
        $reply = static function (?\Throwable $e) use ($request, $number, &$frame): void {
            if ($e === null) {
                Kernel::answer($request, 'execute_reply', 'ok', ['status' => 'ok', 'execution_count' => $number]);
                return;
            }
            $error = $frame->cancelled === null ? Errors::describe($e) : ['message' => "cancelled: $frame->cancelled", 'ename' => 'Cancelled', 'evalue' => $frame->cancelled, 'traceback' => []];
            $shown = array_intersect_key($error, ['ename' => 1, 'evalue' => 1, 'traceback' => 1]);
            Kernel::$session->send('error', $request->header_bytes, [], Session::object($shown));
            Kernel::answer($request, 'execute_reply', $frame->cancelled === null ? 'handler_error' : 'cancelled', [...$error, 'status' => 'error', 'execution_count' => $number]);
        };
        $frame = new Frame($request->id(), $request->header_bytes, $reply);
        Kernel::$executor->spawn($frame, static function () use ($content, $number): void {
            $value = self::run("parley-cell://$number", self::prepared($content->code));
            if ($value !== null && !($content->silent ?? false)) {
                Kernel::tell('execute_result', [], ['execution_count' => $number, 'data' => ['text/plain' => var_export($value, true)], 'metadata' => new \stdClass()]);
            }
        });
    }

    private static function run(string $file, string $code): mixed
    {
        self::$sources[$file] = $code;
        return (static function (): mixed {
            extract(self::$variables);
            try {
                $result = include func_get_arg(0);
                return $result;
            } finally {
                self::$variables = array_diff_key(get_defined_vars(), ['result' => 1]);
            }
        })($file);
    }

    /** The last statement becomes what the cell returns, where it is an expression. */
    private static function prepared(string $code): string
    {
        $code = preg_replace('/^\s*<\?php\b/', '', $code);
        $head = '<?php ' . (preg_match('/\buse\s+function\s+Parley\b|^\s*(namespace|declare)\b/', $code) ? '' : 'use function Parley\{' . self::NAMES . '}; ');
        $ends = [0];
        $depth = 0;
        foreach (@\PhpToken::tokenize("<?php $code") as $token) {
            $depth += in_array($token->text, ['(', '[', '{', '${'], true) || $token->is(T_CURLY_OPEN) ? 1 : (in_array($token->text, [')', ']', '}'], true) ? -1 : 0);
            if ($depth === 0 && in_array($token->text, [';', '}'], true)) {
                $ends[] = $token->pos + 1 - strlen('<?php ');
            }
        }
        foreach (array_reverse($ends) as $end) {
            $last = rtrim(substr($code, $end), "; \n\r\t");
            if (trim($last) === '') {
                continue;
            }
            foreach ([$head . substr($code, 0, $end) . " return ($last\n);"] as $try) {
                try {
                    token_get_all($try, TOKEN_PARSE);
                    return $try;
                } catch (\ParseError) {
                    return "$head$code\n;return null;";
                }
            }
        }
        return "$head$code\n;return null;";
    }

    public function stream_open(string $path, string $mode, int $options, ?string &$opened): bool
    {
        $this->code = self::$sources[$path] ?? '';
        return isset(self::$sources[$path]);
    }

    public function stream_read(int $count): string
    {
        $part = substr($this->code, $this->at, $count);
        $this->at += strlen($part);
        return $part;
    }

    public function stream_eof(): bool
    {
        return $this->at >= strlen($this->code);
    }

    /** @return array<string, int> */
    public function stream_stat(): array
    {
        return ['size' => strlen($this->code)];
    }

    public function stream_set_option(int $option, int $one, int $two): bool
    {
        return false;
    }
}
