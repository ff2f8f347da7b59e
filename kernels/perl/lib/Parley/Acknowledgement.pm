package Parley::Acknowledgement;

use v5.36;

use Scalar::Util qw(blessed);

use Parley::Values;

use overload q{""} => sub ($self, @) { return $self->{message} }, bool => sub { return 1 }, fallback => 1;

@Parley::Nack::ISA   = (__PACKAGE__);
@Parley::Reject::ISA = (__PACKAGE__);

sub throw ($class, %self) {
    die bless \%self, $class;
}

sub message ($self) {
    return $self->{message};
}

# Seconds until the next attempt, of a Parley::Nack.
sub delay ($self) {
    return $self->{delay};
}

sub short_name ($self) {
    return ref($self) =~ s/\A.*:://xr;
}

sub _rank ($exception) {
    return 0 if !blessed $exception;
    return $exception->isa('Parley::Reject') ? 2 : $exception->isa('Parley::Nack') ? 1 : 0;
}

# Which failure of an event, each an error object and its exception, decides how it goes on: a rejection before a nack, a
# nack before any other. Returns the error object, and the metadata that says so.
sub decide (@failures) {
    my ($decisive) = sort { _rank($b->[1]) <=> _rank($a->[1]) } @failures;
    my ($error, $exception) = @$decisive;
    my $rank = _rank($exception);
    return ($error, q{})                       if !$rank;
    return ($error, ',"disposition":"reject"') if $rank == 2;
    my $delay = $exception->delay;
    return ($error,
        ',"disposition":"nack"' . (defined $delay ? ',"delay":' . (Parley::Values::encode($delay))[0] : q{}));
}

1;

__END__

=head1 NAME

Parley::Acknowledgement - an event is handed back: Parley::Nack and Parley::Reject

=head1 DESCRIPTION

What C<nack> and C<reject> raise. They are no L<Parley::Error>: code that catches outcomes lets them pass.

=head1 METHODS

C<message>; C<delay>, the seconds until the next attempt, of a C<Parley::Nack>.

=cut
