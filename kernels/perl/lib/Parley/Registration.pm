package Parley::Registration;

use v5.36;

sub new ($class, $undo) {
    return bless {undo => $undo, pid => $$}, $class;
}

# Undoes what was registered. Twice is fine.
sub dispose ($self) {
    my $undo = delete $self->{undo} or return;
    $undo->();
    return;
}

# For a lock that is held as long as the object is.
sub until_dropped ($self) {
    $self->{scoped} = 1;
    return $self;
}

sub DESTROY ($self) {
    return if !$self->{scoped} || $$ != $self->{pid} || ${^GLOBAL_PHASE} eq 'DESTRUCT';
    local $@ = undef;
    eval { $self->dispose; 1 } or return;
    return;
}

1;

__END__

=head1 NAME

Parley::Registration - something that can be undone: a subscription, a method, a lock

=head1 METHODS

=over 4

=item C<dispose>

Ends the subscription, withdraws the method, gives the lock back. Calling it twice is fine.

=back

=cut
