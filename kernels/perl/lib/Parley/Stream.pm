package Parley::Stream;

use v5.36;

use Parley::Envelope;
use Parley::Error;

sub new ($class, %self) {
    return bless {%self, consumed => 0, ended => 0}, $class;
}

# Items are lists of one, the end an empty list: so an item may be undef.
sub next ($self) {    ## no critic (ProhibitBuiltinHomonyms)
    my $waiting = $self->{waiting};
    while (!$self->{ended}) {
        if (my $message = shift @{$waiting->{items}}) {
            $self->_grant_credit;
            return Parley::Envelope::content($message)->{value};
        }
        if (my $reply = $waiting->{reply}) {
            $self->{ended} = 1;
            $waiting->finish;
            $self->{check}->($reply);
            last;
        }
        $waiting->await;
    }
    return;
}

# Half a window at a time, so that the producer seldom has to wait and seldom has to be told.
sub _grant_credit ($self) {
    my $half = int($self->{window} / 2) || 1;
    return if ++$self->{consumed} % $half;
    return if $self->{waiting}{reply};
    $self->{send}->('credit', sprintf('{"call":"%s","credit":%d}', $self->{waiting}{id}, $half), '{}');
    return;
}

# Ends the stream early; the producer is cancelled. A stream that is dropped is closed, too.
sub close ($self) {    ## no critic (ProhibitBuiltinHomonyms)
    return if $self->{ended}++;
    $self->{waiting}->give_up('the stream was closed');
    return;
}

sub DESTROY ($self) {
    $self->close if ${^GLOBAL_PHASE} ne 'DESTRUCT';
    return;
}

1;

__END__

=head1 NAME

Parley::Stream - what a method yields, item by item

=head1 SYNOPSIS

    my $rows = stream 'table.rows', {where => 'x'};
    while (my ($row) = $rows->next) { ... }

=head1 METHODS

=over 4

=item C<next>

The next item, in a list of one; an empty list at the end. Waits, and raises what the producer ended with.

=item C<close>

Ends the stream early and cancels the producer. Leaving the scope of the last reference does the same.

=back

=cut
