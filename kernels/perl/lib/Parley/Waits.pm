package Parley::Waits;

use v5.36;

use Parley::Requests;

# Those that need others to be answered. The rest is answered at once.
my %is_answered_later = map { $_ => 1 } qw(call_request lock_request emit);

# Tells what a frame waits for, and again whenever it waits for something else.
sub ask ($frame) {
    $frame->{on_wait} = \&_tell;
    _tell($frame);
    return;
}

sub _tell ($frame) {
    my $waiting = $frame->{waiting} or return;
    return if $waiting->{slot}{done} || !$is_answered_later{$waiting->{type}};
    my $content = sprintf '{"requests":[{"msg_id":"%s","items":%d}]}', @$waiting{qw(id received)};
    return if $content eq ($frame->{told} // q{});
    $frame->{told} = $content;
    Parley::Requests::kernel()->send_for($frame, 'waiting', '{}', $content);
    return;
}

1;

__END__

=head1 NAME

Parley::Waits - tells which frames wait, and for which request

=head1 DESCRIPTION

Before the orchestrator calls something a deadlock, it asks whether a frame waits; only about frames that might be in one. From then on it is told
whenever such a frame waits. A frame has one coroutine, which waits in one place at a time, so there is never more than one request to be named. Of
a handler that waits for coroutines of its own (with L<Coro>) nothing is told.

=cut
