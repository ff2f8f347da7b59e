package Parley::Bytes;

use v5.36;

use overload
    q{""}    => sub ($self, @) { return $$self },
    q{eq}    => sub ($self, $other, @) { return $$self eq "$other" },
    fallback => 1;

sub new ($class, $octets) {
    my $copy = "$octets";
    utf8::downgrade($copy, 1)
        or die Parley::Error::NotSerializable->new(
        message => 'bytes() takes octets: this text has characters beyond 255, encode it first',
        path    => q{$},
        );
    return bless \$copy, $class;
}

sub octets ($self) {
    return $$self;
}

sub length ($self) {
    return CORE::length $$self;
}

1;

__END__

=head1 NAME

Parley::Bytes - octets, as opposed to text

=head1 SYNOPSIS

    my $image = bytes($octets);     # exported by Parley
    print $image->length;
    my $same = "$image";

=head1 DESCRIPTION

A Perl string is a sequence of characters and travels as text. Octets that are no text (an image,
a compressed file) are wrapped by C<bytes> and travel beside the JSON, untouched; a plugin that is
sent bytes gets such an object. It can be used wherever a string can.

=head1 METHODS

=over 4

=item C<< Parley::Bytes->new($octets) >>

Wraps octets. Characters beyond 255 are refused with C<not_serializable>.

=item C<< $bytes->octets >>

The octets as a string.

=item C<< $bytes->length >>

How many there are.

=back

=cut
