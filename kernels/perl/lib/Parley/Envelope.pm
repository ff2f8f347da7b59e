package Parley::Envelope;

use v5.36;

use Digest::SHA qw(hmac_sha256_hex);
use Time::HiRes ();

use Parley::Values;

use constant DELIMITER => '<IDS|MSG>';

my ($begins, $ends, $date) = (0, 0, q{});

# --- writing ---------------------------------------------------------------------------

# A header is a template with an id, a time and a type in it.
sub header ($id, $session, $type) {
    my $now = Time::HiRes::time();
    _tell_second(int $now) if $now >= $ends || $now < $begins;
    my $milliseconds = substr 1000 + int(($now - $begins) * 1000), 1;
    return qq({"msg_id":"$id","session":"$session","username":"parley","date":"$date.${milliseconds}Z",)
        . qq("msg_type":"$type","version":"5.4"});
}

sub _tell_second ($now) {
    my ($s, $m, $h, $day, $month, $year) = gmtime $now;
    $date = sprintf '%04d-%02d-%02dT%02d:%02d:%02d', $year + 1900, $month + 1, $day, $h, $m, $s;
    ($begins, $ends) = ($now, $now + 1);
    return;
}

# All frames of a message; the last arguments are its buffers, which are not signed.
sub seal ($key, $header, $parent, $metadata, $content, @buffers) {
    return (DELIMITER, hmac_sha256_hex($header, $parent, $metadata, $content, $key),
        $header, $parent, $metadata, $content, @buffers,);
}

# --- reading ---------------------------------------------------------------------------

# Returns a message, a hash, or the reason why it is none: `not_an_envelope`, `bad_signature`
# or `malformed`. The signature is checked over the bytes as they came, before any is parsed;
# content is left as it is, for whoever wants it.
sub open_frames ($frames, $key) {
    return 'not_an_envelope' if @$frames < 6 || $frames->[0] ne DELIMITER;
    my (undef, $signature, $header, $parent, $metadata, $content, @buffers) = @$frames;

    # Compared in a time that does not depend on where the first difference is.
    my $right = hmac_sha256_hex($header, $parent, $metadata, $content, $key);
    return 'bad_signature' if length $signature != length $right || ($signature ^. $right) =~ tr/\0//c;
    my ($fields, $routing) = Parley::Values::decode_pair($header, $metadata) or return 'malformed';
    my ($id,     $type)    = @$fields{qw(msg_id msg_type)};
    return 'malformed' if !defined $id || !defined $type;
    return {
        id       => $id,
        type     => $type,
        raw      => $header,
        parent   => $parent,
        metadata => $routing,
        content  => $content,
        buffers  => \@buffers,
    };
}

# The msg_id of a message's parent, undef when it has none.
sub parent_id ($message) {
    return if $message->{parent} eq '{}';
    my $parent = eval { Parley::Values::decode_fast($message->{parent}) };
    return ref $parent eq 'HASH' ? $parent->{msg_id} : undef;
}

# The content, a hash, with its bytes in place. Dies with a sentence when it is not one.
sub content ($message) {
    my $content = Parley::Values::decode($message->{content});
    die "the content is not an object\n" if ref $content ne 'HASH';
    if (my $paths = $message->{metadata}{buffer_paths}) {
        die "buffer_paths is not a list of paths\n"
            if ref $paths ne 'ARRAY' || grep { ref $_ ne 'ARRAY' } @$paths;
        $content = Parley::Values::restore_bytes($content, $paths, $message->{buffers});
    }
    return $content;
}

1;

__END__

=head1 NAME

Parley::Envelope - Jupyter's message envelope: signed, in and out

=head1 DESCRIPTION

C<seal> makes the frames of a message, C<open_frames> verifies and reads them, C<content> decodes what a
message carries. See F<specs/kernel-protocol.md>, section 2.

=cut
