package Parley::Scheduler;

use v5.36;

use Coro        ();
use Time::HiRes ();

use Parley::Error;

# Coroutines kept for the next frames; creating one costs ten times as much as a switch.
use constant POOL => 32;

# Seconds.
use constant LOOK_UP => 0.2;

my $loop = $Coro::main;
my (@idle, @timers, @sleepers);
my $abandoned = sub ($frame, $error) { };

# Runs the loop until a slot has been woken: in a program that attached, whose main coroutine is its own.
my $pump;

sub pump_with ($code) {
    $pump = $code;
    return;
}

# $code is told of a frame whose code died outside of what the executor guards.
sub on_abandoned ($code) {
    $abandoned = $code;
    return;
}

# The frame that the running code belongs to, undef outside of any.
sub current () {
    return $Coro::current->{frame};
}

sub in_loop () {
    return $Coro::current == $loop;
}

# Runs $code->($frame) in a coroutine of its own, soon.
sub start ($frame, $code) {
    my $coro = pop @idle // _new_worker();
    $coro->{job}   = $code;
    $coro->{frame} = $frame;
    $frame->{coro} = $coro;
    $coro->ready;
    return;
}

sub _new_worker () {
    return Coro->new(\&_work);
}

# The frame ends with its coroutine, whatever happens.
sub _give_up ($error) {
    my $frame = delete $Coro::current->{frame} or return;
    $abandoned->($frame, $error);
    return;
}

sub _work () {    ## no critic (RequireFinalReturn)
    while (1) {
        my $code = delete $Coro::current->{job};
        eval { $code->($Coro::current->{frame}); 1 } or _give_up($@);
        if (my $frame = delete $Coro::current->{frame}) { delete $frame->{coro} }
        return if @idle >= POOL;
        push @idle, $Coro::current;
        Coro::schedule() while !$Coro::current->{job};
    }
}

# --- waiting ---------------------------------------------------------------------------

# Suspends the running coroutine until $slot has been woken. An exception for the frame (cancelled,
# interrupted) is raised here.
sub suspend ($slot) {
    if ($Coro::current == $loop) {
        return $pump->($slot) if $pump;
        _cannot_wait();
    }
    $slot->{coro} = $Coro::current;
    Coro::schedule() while !$slot->{done};    # others may wake us too
    return;
}

sub wake ($slot) {
    $slot->{done} = 1;
    $slot->{coro}->ready if $slot->{coro};
    return;
}

sub _cannot_wait () {
    Parley::Error->throw(message =>
              'nothing can wait here: this code runs in the kernel itself, not in a handler (a DESTROY or a signal '
            . 'handler, called between two frames). Do it in a handler, or with Coro::async { ... }');
}

# Raises $error in a frame, where it waits. One that has not begun gets it as it begins.
sub raise ($frame, $error) {
    my $coro = $frame->{coro} or return;
    return $frame->{doomed} = $error if $coro->{job};
    $coro->throw($error);
    $coro->ready;
    return;
}

# Lets every coroutine that is ready have its turn. Returns true if there are more by then.
sub run_ready () {
    Coro::cede() if Coro::nready();
    return Coro::nready() > 0;
}

# --- time ------------------------------------------------------------------------------

# Seconds on a clock that is never set.
use constant CLOCK => Time::HiRes::CLOCK_MONOTONIC();

sub now () {
    return Time::HiRes::clock_gettime(CLOCK);
}

# Calls $code in the loop after $seconds.
sub after ($seconds, $code) {
    my $timer = {at => now() + $seconds, code => $code};
    @timers = sort { $a->{at} <=> $b->{at} } @timers, $timer;
    return $timer;
}

sub run_timers () {
    (shift @timers)->{code}->() while @timers && $timers[0]{at} <= now();
    return;
}

# The seconds until the next timer is due, undef when there is none. A signal that comes just before the loop waits does
# not end the waiting, so with a frame asleep, which an interrupt is to wake, the loop looks up now and then.
sub until_next_timer () {
    return @sleepers ? LOOK_UP : undef if !@timers;
    my $wait = $timers[0]{at} - now();
    return 0       if $wait <= 0;
    return LOOK_UP if @sleepers && $wait > LOOK_UP;
    return $wait;
}

# Suspends the frame for so many seconds (undef: for ever); others run meanwhile.
sub pause ($seconds) {
    my $slot  = {frame => current()};
    my $timer = defined $seconds ? after($seconds, sub { wake($slot) }) : undef;
    push @sleepers, $slot;
    my $ended = eval { suspend($slot); 1 };
    my $error = $@;
    @sleepers = grep { $_ != $slot } @sleepers;
    @timers   = grep { $_ != $timer } @timers if $timer;
    die $error if !$ended;
    return;
}

# The frame that an interrupt is meant for: the running one, else the one that last went to sleep.
sub interruptible () {
    my $frame = current();
    return $frame if $frame;
    return        if !in_loop();
    my ($slot) = grep { $_->{frame} } reverse @sleepers;
    return $slot && $slot->{frame};
}

1;

__END__

=head1 NAME

Parley::Scheduler - a coroutine for each frame

=head1 DESCRIPTION

Each frame runs in a L<Coro> coroutine from a pool. A handler that waits is suspended, whatever Perl it is
in the middle of; the loop, which is the main coroutine, goes on, and replies wake handlers in whatever order
they come. There is no nested loop.

=cut
