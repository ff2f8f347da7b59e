package Parley::Confirmation;

use v5.36;

sub new ($class, $reply) {
    my %self = map { $_ => $reply->{$_} } qw(subscriptions event_id confirmed duplicate outcomes);
    return bless \%self, $class;
}

sub subscriptions ($self) { return $self->{subscriptions} }
sub event_id      ($self) { return $self->{event_id} }
sub confirmed     ($self) { return !!$self->{confirmed} }
sub duplicate     ($self) { return !!$self->{duplicate} }
sub outcomes      ($self) { return $self->{outcomes} }

1;

__END__

=head1 NAME

Parley::Confirmation - what became of an event that was to be confirmed

=head1 METHODS

=over 4

=item C<subscriptions>, C<event_id>

How many subscriptions the event reached, and its id.

=item C<confirmed>

Whether as many have handled it as C<emit> was told to wait for.

=item C<duplicate>

Whether an event with this id was emitted before: then nobody gets it again, and nobody was waited for.

=item C<outcomes>

For each plugin a hash with its C<outcome>: C<ok>, or another and the fields of the error.

=back

=cut
