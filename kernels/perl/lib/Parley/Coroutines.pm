package Parley::Coroutines;

use v5.36;

use Coro         ();
use Scalar::Util qw(blessed refaddr);

# Coro 6.57 unwinds a coroutine that is destroyed half-way as perl did before 5.24, and since then that corrupts
# memory. So here no coroutine is ever destroyed half-way: ending one (Coro::terminate, $coro->cancel) raises an exception
# in it, which unwinds it properly, and none is forgotten while it waits. An exception that nobody catches ends its
# coroutine, not the process.
my %alive;
my $complain = sub ($text) { warn $text };

my $original;

sub install ($complain_to) {
    $complain = $complain_to;
    $original = _replace('terminate', sub (@results) { die Parley::Coroutines::Ended->new(@results) });
    _replace($_, \&_cancel) for qw(cancel safe_cancel);

    # Coro took hold of this sub when it was loaded: only its body can be replaced.
    undef &Coro::_coro_run;                                        ## no critic (ProtectPrivateVars)
    my $body = 'sub Coro::_coro_run { Parley::Coroutines::terminate()->(&Parley::Coroutines::run_job) } 1';
    if (!eval '#line 1 "' . __FILE__ . qq{"\n$body}) { die $@ }    ## no critic (ProhibitStringyEval)
    return;
}

# Coro's functions call themselves again through their own glob, so that has to stay what it is: the name gets another
# one. Returns the old.
sub _replace ($name, $code) {
    no strict 'refs';    ## no critic (ProhibitNoStrict ProhibitProlongedStrictureOverride)
    my $glob = \*{"Coro::$name"};
    delete $Coro::{$name};
    *{"Coro::$name"} = $code;
    return $glob;
}

sub terminate () {
    return *{$original}{CODE};
}

# The first argument is the code itself, not a reference to it, which no signature can take.
sub run_job {    ## no critic (RequireArgUnpacking)
    my $code      = \&{+shift};
    my @arguments = @_;
    my $key       = refaddr $Coro::current;
    $alive{$key} = $Coro::current;
    my @results;
    if (!eval { @results = $code->(@arguments); 1 }) {
        my $error = $@;
        if (blessed $error && $error->isa('Parley::Coroutines::Ended')) { @results = $error->results }
        else { $complain->("a coroutine of the plugin's died: $error") }
    }
    delete $alive{$key};
    return @results;
}

sub _cancel ($coro, @results) {
    my $ended = Parley::Coroutines::Ended->new(@results);
    die $ended if $coro == $Coro::current;
    return     if $coro->is_zombie;
    $coro->throw($ended);
    $coro->ready;
    return 1;
}

package Parley::Coroutines::Ended;    ## no critic (ProhibitMultiplePackages)

use overload q{""} => sub ($self, @) { return $self->message }, bool => sub { return 1 }, fallback => 1;

sub new ($class, @results) {
    return bless {results => \@results}, $class;
}

sub results ($self) {
    return $self->{results}->@*;
}

sub message ($) {
    return 'the coroutine of the handler was ended from within: return from the handler instead';
}

1;

__END__

=head1 NAME

Parley::Coroutines - Coro, made safe for a process that must live

=head1 DESCRIPTION

A plugin may use L<Coro> itself: C<async>, C<cede>, semaphores, channels. What would end the whole process (an exception that
nobody catches, a coroutine that is cancelled) ends only the coroutine.

=cut
