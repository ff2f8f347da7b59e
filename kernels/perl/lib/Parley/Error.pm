package Parley::Error;

use v5.36;

use overload q{""} => \&as_text, bool => sub { return 1 }, fallback => 1;

# One class per outcome. The name of a class is also what other languages are told as `ename`.
my %class_of = map { (lc s/(?<=[a-z])(?=[A-Z])/_/gxr) => $_ } qw(
    HandlerError NoProvider PermissionDenied InvalidPayload InvalidReply Timeout Cancelled KernelDied
    Unavailable Overloaded RateLimited Deadlock DepthExceeded TooLarge NotSerializable
);

my @fields = qw(
    message ename evalue traceback frames nearest permission pointer expected got started timeout reason
    signal exit_code stderr since retry_after limit cycle path chain size
);

{
    no strict 'refs';    ## no critic (ProhibitNoStrict)
    for my $class (values %class_of) { @{"Parley::Error::${class}::ISA"} = ('Parley::Error') }
    for my $field (@fields) {
        *{$field} = sub ($self) { return $self->{$field} };
    }
}

my %kind_of = map { ("Parley::Error::$class_of{$_}" => $_) } keys %class_of;

sub new ($class, %self) {
    $self{message} //= 'no message was given';
    return bless \%self, $class;
}

sub throw ($class, %self) {
    die $class->new(%self);
}

# The exception for an error object that came over the wire.
sub from_reply ($outcome, $content) {
    my $class = $class_of{$outcome // q{}};
    my %self  = ref $content eq 'HASH' ? %$content : ();
    $self{message} //= "the outcome was $outcome";
    $self{kind} = $outcome;
    return bless \%self, $class ? "Parley::Error::$class" : 'Parley::Error';
}

# The outcome's name, `handler_error` for errors of one's own.
sub kind ($self) {
    return $self->{kind} // $kind_of{ref $self} // 'handler_error';
}

sub outcome ($self) {
    return $self->kind;
}

sub short_name ($self) {
    return ref($self) =~ s/\A.*:://xr;
}

# The error that led to this one, when there is one.
sub cause ($self) {
    my $cause = $self->{cause};
    return $cause if ref $cause ne 'HASH';
    return $self->{cause_object} //= from_reply($cause->{outcome} // 'handler_error', $cause);
}

# Like a perl error, so that `warn $e` and `die "x: $e"` say where.
sub as_text ($self, @) {
    my $here = ($self->{own_frames} // [])->[-1];
    return $here ? "$self->{message} at $here->{file} line $here->{line}.\n" : $self->{message};
}

# The error object for the wire, without what is the shim's own.
sub to_reply ($self) {
    my %reply = map { $_ => $self->{$_} } grep { defined $self->{$_} } @fields;
    $reply{cause} = $self->{cause} if ref $self->{cause} eq 'HASH';
    return \%reply;
}

1;

__END__

=head1 NAME

Parley::Error - what went wrong, as an object

=head1 SYNOPSIS

    my $quote = eval { call 'pricing.quote', {item => 'tea'}, timeout => 2 };
    if (my $e = $@) {
        die $e if !($e isa Parley::Error::Timeout);
        log warning => $e->message, started => $e->started;
    }

=head1 DESCRIPTION

Every way in which an operation can end badly has a class: C<HandlerError>, C<NoProvider>,
C<PermissionDenied>, C<InvalidPayload>, C<InvalidReply>, C<Timeout>, C<Cancelled>, C<KernelDied>,
C<Unavailable>, C<Overloaded>, C<RateLimited>, C<Deadlock>, C<DepthExceeded>, C<TooLarge>,
C<NotSerializable>, all under C<Parley::Error::> and all of the class C<Parley::Error>.

=head1 METHODS

=over 4

=item C<kind>

The outcome's name: C<timeout>, C<no_provider>, C<handler_error>, ...

=item C<message>

A sentence. Used as a string, the object is that sentence and where it was raised.

=item C<ename>, C<evalue>, C<traceback>, C<frames>

Of a C<handler_error>: the class and text of what the other plugin raised, and where.

=item C<cause>

The error behind this one, as a Parley::Error, or undef.

=item The fields of the outcomes

C<nearest>, C<permission>, C<pointer>, C<expected>, C<got>, C<started>, C<timeout>, C<reason>, C<signal>,
C<exit_code>, C<stderr>, C<since>, C<retry_after>, C<limit>, C<cycle>, C<path>, C<chain>, C<size>.

=item C<< Parley::Error->throw(message => ..., cause => $other) >>

Raises an error of one's own. Classes of one's own may inherit from Parley::Error.

=back

=cut
