package Parley::Storage;

use v5.36;

use Scalar::Util qw(blessed);

use Parley::Bytes;
use Parley::Error;
use Parley::Registration;
use Parley::Requests qw(ask kernel quoted send_for_frame usage);
use Parley::Values;
use Parley::Watches;

my $instance;

sub instance ($kernel) {
    $kernel->{watches} //= Parley::Watches->new($kernel);
    return $instance //= bless {}, __PACKAGE__;
}

# --- asking ----------------------------------------------------------------------------

sub _store ($op, $fields, @rest) {
    return ask('storage_request', shift @rest // '{}', qq({"op":"$op"$fields}), @rest);
}

sub _key ($key) {
    usage('a key is needed') if !defined $key || ref $key;
    return ',"key":' . Parley::Values::encode_text($key);
}

sub _value ($value) {
    my ($json, $buffers, $paths) = Parley::Values::encode($value);
    return qq(,"value":$json) if !$buffers;
    no warnings 'experimental::builtin';
    my $path = join q{}, q{$}, map { builtin::created_as_number($_) ? "[$_]" : ".$_" } $paths->[0]->@*;
    Parley::Error::NotSerializable->throw(
        message =>
            "the bytes at $path cannot stand in a value: put them with storage->put_blob, and store the reference",
        path => $path,
    );
}

# --- values ----------------------------------------------------------------------------

sub get ($self, $key, $default = undef) {
    my $found = _store('get', _key($key));
    return $found->{found} ? $found->{value} : $default;
}

sub entry ($self, $key) {
    my $found = _store('get', _key($key));
    return if !$found->{found};
    return {value => $found->{value}, version => $found->{version}};
}

sub set ($self, $key, $value) {
    return _store('set', _key($key) . _value($value))->{version};
}

sub delete ($self, $key) {    ## no critic (ProhibitBuiltinHomonyms)
    return !!_store('delete', _key($key))->{deleted};
}

sub list ($self, $prefix = q{}) {
    my $entries = _store('list', ',"prefix":' . Parley::Values::encode_text($prefix))->{entries};
    return wantarray ? @$entries : $entries;
}

sub compare_and_set ($self, $key, $value, $version) {
    usage('a version is a whole number of at least 0') if ($version // q{}) !~ /\A[0-9]{1,19}\z/x;
    my $reply = _store('compare_and_set', _key($key) . _value($value) . qq(,"version":$version));
    return $reply->{swapped} ? $reply->{version} : undef;
}

# --- blobs -----------------------------------------------------------------------------

sub put_blob ($self, $octets) {
    my $bytes = Parley::Bytes->new($octets);
    my $reply = _store('blob_put', ',"value":null', '{"buffer_paths":[["value"]]}', buffers => [$bytes->octets]);
    return {blob => $reply->{blob}, size => $reply->{size}};
}

sub get_blob ($self, $reference) {
    my $blob = ref $reference eq 'HASH' ? $reference->{blob} : $reference;
    return _store('blob_get', ',"blob":' . quoted($blob, 'the reference that put_blob returned'))->{value};
}

# --- watches ---------------------------------------------------------------------------

sub watch ($self, $prefix, $handler) {
    usage("watch '$prefix' needs a sub") if ref $handler ne 'CODE';
    my $watches = kernel()->{watches};
    my $id      = $watches->add($prefix, $handler);
    my @unwatch = ('storage_request', '{}', qq({"op":"unwatch","watch":"$id"}));
    if (!eval { _store('watch', ',"prefix":' . Parley::Values::encode_text($prefix) . qq(,"watch":"$id")); 1 }) {
        my $error = $@;
        $watches->remove($id);

        # Whoever asked waits no longer, and it may be granted all the same.
        kernel()->send_for(undef, @unwatch) if blessed $error && $error->isa('Parley::Error::Cancelled');
        die $error;
    }
    return Parley::Registration->new(
        sub {
            $watches->remove($id);
            send_for_frame(@unwatch);
        }
    );
}

1;

__END__

=head1 NAME

Parley::Storage - values and blobs that outlive the plugin

=head1 SYNOPSIS

    my $entry = storage->entry('count') // {value => 0, version => 0};
    storage->compare_and_set('count', $entry->{value} + 1, $entry->{version}) or warn 'another was faster';
    storage->watch('cart:' => sub ($change) { say "$change->{key} is now $change->{version}" });

=head1 DESCRIPTION

A plugin's keys, of 1 to 512 bytes, are its own; one that begins with C<global:> is shared and needs a permission.
Values are what JSON carries, without bytes: those go as blobs.

=head1 METHODS

=over 4

=item C<< get(KEY, DEFAULT) >>

The value, or the default when there is none.

=item C<< entry(KEY) >>

A hash of C<value> and C<version>; undef when there is none.

=item C<< set(KEY, VALUE) >>

Stores it and returns its version.

=item C<< delete(KEY) >>

Returns whether it was there.

=item C<< list(PREFIX) >>

Hashes of C<key>, C<value> and C<version>, by key; a reference to a list of them in scalar context.

=item C<< compare_and_set(KEY, VALUE, VERSION) >>

Stores it if the key still has that version, 0 for none, and returns the new one; undef when another was there.

=item C<< put_blob(OCTETS) >>, C<< get_blob(REFERENCE) >>

Stores octets, and returns the reference, a hash of C<blob> and C<size>, by which they are found again, as L<Parley::Bytes>.

=item C<< watch(PREFIX => sub ($change) { ... }) >>

Tells of changes, a hash of C<key>, C<value>, C<version> and C<deleted>, from before it returns until it is disposed. The
handlers run one after the other, in order of change, once the plugin has started. One that dies is logged.

=back

=cut
