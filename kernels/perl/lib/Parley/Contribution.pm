package Parley::Contribution;

use v5.36;

use Parley::Error;
use Parley::Plugin;

sub new ($class, %self) {
    return bless {%self{qw(id plugin language methods data)}}, $class;
}

sub id       ($self) { return $self->{id} }
sub plugin   ($self) { return $self->{plugin} }
sub language ($self) { return $self->{language} }
sub data     ($self) { return $self->{data} // {} }

sub call ($self, $name, @rest) {
    my $methods = $self->{methods} // {};
    my $method  = $methods->{$name};
    return Parley::Plugin::call($method, @rest) if defined $method;
    my @names = sort keys %$methods;
    Parley::Error::NoProvider->throw(
        message => "the contribution '$self->{id}' of $self->{plugin} has no method '$name'; it has: "
            . join(', ', @names),
        nearest => \@names,
    );
}

1;

__END__

=head1 NAME

Parley::Contribution - what a plugin contributes to an extension point

=head1 SYNOPSIS

    for my $exporter (contributions 'shop.exporters') {
        my $file = $exporter->call('export', {rows => \@rows}, timeout => 3);
    }

=head1 METHODS

=over 4

=item C<id>, C<plugin>, C<language>, C<data>

What its plugin's manifest says of it.

=item C<< call(NAME, \%params, timeout => SECONDS) >>

Calls its method of that name in the point's interface, like C<call>.

=back

=cut
