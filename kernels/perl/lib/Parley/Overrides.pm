package Parley::Overrides;

use v5.36;

use Time::HiRes ();

use Parley::Error;
use Parley::Scheduler;

my $kernel;

# Installed before any plugin is compiled, and after the shim has been: it keeps perl's own.
sub install ($for) {
    $kernel = $for;
    no warnings qw(once redefine prototype);
    *CORE::GLOBAL::exit   = \&_exit;
    *CORE::GLOBAL::sleep  = \&_sleep;
    *CORE::GLOBAL::select = \&_select;
    *Time::HiRes::sleep   = \&_precise_sleep;
    *Time::HiRes::usleep  = sub ($microseconds) { return 1e6 * _precise_sleep($microseconds / 1e6) };
    $SIG{INT}             = \&_interrupt;              ## no critic (RequireLocalizedPunctuationVars)
    $Coro::State::DIEHOOK = \&Parley::Trace::on_die;
    return;
}

# Where the kernel can suspend: in a coroutine other than the loop's, and not in a forked child.
sub _can_suspend () {
    return $$ == $kernel->{pid} && !Parley::Scheduler::in_loop();
}

# exit ends the frame, not the kernel; in a forked child it is what it always was.
sub _exit ($status = 0) {
    my $frame = Parley::Scheduler::current();
    CORE::exit($status) if $$ != $kernel->{pid} || (!$frame && Parley::Scheduler::in_loop());
    my $error = Parley::Error->new(message => "exit($status) was called");
    if ($frame) {
        $error->{own_frames} = Parley::Trace::stack();
        @$frame{qw(exit_status exit_error)} = ($status, $error);
    }
    die $error;
}

# The frame sleeps, the kernel does not.
sub _sleep : prototype(;$) ($seconds = undef) {
    return defined $seconds ? CORE::sleep($seconds) : CORE::sleep() if !_can_suspend();
    my $start = Parley::Scheduler::now();
    Parley::Scheduler::pause($seconds);
    return int(Parley::Scheduler::now() - $start + 0.5);
}

sub _precise_sleep ($seconds) {
    my $start = Parley::Scheduler::now();
    if   (_can_suspend()) { Parley::Scheduler::pause($seconds) }
    else                  { CORE::select(undef, undef, undef, $seconds) }
    return Parley::Scheduler::now() - $start;
}

# `select undef, undef, undef, 0.25` is perl's way to sleep for less than a second.
sub _select : prototype(;*$$$) {    ## no critic (RequireArgUnpacking)
    return CORE::select() if !@_;
    if (@_ == 1) {
        my $handle = shift;
        return CORE::select($handle)   if ref $handle || ref \$handle eq 'GLOB';
        $handle = caller . "::$handle" if $handle !~ /::|'|\A(?:STDIN|STDOUT|STDERR|ARGV|ARGVOUT)\z/x;
        no strict 'refs';    ## no critic (ProhibitNoStrict)
        return CORE::select(*{$handle});
    }
    if (defined $_[0] || defined $_[1] || defined $_[2] || !defined $_[3] || !_can_suspend()) {
        return CORE::select($_[0], $_[1], $_[2], $_[3]);
    }
    Parley::Scheduler::pause($_[3]);
    return 0;
}

# An interrupt is for the frame that is running, or for one that sleeps. Any other time it means nothing.
sub _interrupt (@) {
    if ($$ != $kernel->{pid}) {
        $SIG{INT} = 'DEFAULT';    ## no critic (RequireLocalizedPunctuationVars)
        kill INT => $$;
        return;
    }
    my $frame = Parley::Scheduler::interruptible();
    return if !$frame || ($frame == (Parley::Scheduler::current() // 0) && !$frame->{in_user_code});
    my $error = Parley::Interrupt->new;
    die $error if $frame == (Parley::Scheduler::current() // 0);
    Parley::Scheduler::raise($frame, $error);
    return;
}

package Parley::Interrupt;    ## no critic (ProhibitMultiplePackages)

use overload q{""} => sub { return 'interrupted' }, bool => sub { return 1 }, fallback => 1;

sub new ($class) {
    return bless {}, $class;
}

sub message ($) {
    return 'interrupted';
}

1;

__END__

=head1 NAME

Parley::Overrides - what perl's own exit, sleep and ^C mean inside a kernel

=head1 DESCRIPTION

C<exit> ends the frame and not the kernel. C<sleep>, C<< select undef, undef, undef, $seconds >> and the C<sleep> of
L<Time::HiRes> suspend the frame while others run. SIGINT raises Parley::Interrupt in the running frame.

=cut
