package Parley::Zmtp;

use v5.36;

use Errno  qw(EAGAIN EINTR EWOULDBLOCK);
use Fcntl  qw(F_SETFL O_NONBLOCK);
use Socket qw(AF_UNIX MSG_NOSIGNAL SOCK_STREAM pack_sockaddr_un);

# ZMTP 3.0 flags of a frame.
use constant {MORE => 1, LONG => 2, COMMAND => 4};

use constant GREETING => pack 'C x8 C C C a20 C x31', 0xff, 0x7f, 3, 0, 'NULL', 0;

# What a peer may send beyond the largest message before it is cut off.
use constant MARGIN     => 65_536;
use constant READ_BYTES => 65_536;

# Step by step: libzmq may overlook what comes in one piece with the greeting or with READY, so READY waits for
# the peer's greeting, and messages ({held}) for its READY.
sub new ($class, %options) {
    return bless {
        type     => $options{type},
        identity => $options{identity},
        limit    => $options{limit} // 16_777_216,
        in       => q{},
        out      => GREETING,
        held     => q{},
        wanted   => 64,
        stage    => \&_greeting,
        parts    => [],
        size     => 0,
        messages => [],
        problem  => undef,
    }, $class;
}

# A unix socket connects at once or not at all, so the connecting itself may block.
sub connect_to ($self, $endpoint) {
    my ($path) = $endpoint =~ m{\Aipc://(/.+)}xs
        or die "this kernel cannot connect to $endpoint: only ipc:///path is supported\n";
    socket my $handle, AF_UNIX, SOCK_STREAM, 0 or die "no socket: $!\n";
    connect $handle, pack_sockaddr_un($path) or die "cannot connect to $endpoint: $!\n";
    fcntl $handle, F_SETFL, O_NONBLOCK or die "cannot make the socket non-blocking: $!\n";
    $self->{handle} = $handle;
    return $self;
}

sub descriptor ($self) {
    return fileno $self->{handle};
}

# --- writing ---------------------------------------------------------------------------

# A message as bytes.
sub encode_message (@frames) {
    my $bytes = q{};
    my $more  = @frames;
    for my $frame (@frames) {
        $bytes
            .= length $frame < 256
            ? pack 'C C/a', --$more ? MORE : 0, $frame
            : pack 'C Q>/a', --$more ? MORE | LONG : LONG, $frame;
    }
    return $bytes;
}

# One `.=` for the whole message: an exception from a signal handler of the plugin may
# arrive between any two statements, and must never leave half a message in the queue.
sub send_message ($self, @frames) {
    $self->{$self->{ready} ? 'out' : 'held'} .= encode_message(@frames);
    return;
}

sub send_encoded ($self, $bytes) {
    $self->{$self->{ready} ? 'out' : 'held'} .= $bytes;
    return;
}

# Returns false once the connection has ended. What the socket does not take stays queued.
sub flush ($self) {
    return 1 if !length $self->{out};
    no warnings 'uninitialized';

    # perl looks for signals only where control flow branches: nothing of the kind may stand
    # between these two statements, else bytes could be sent twice.
    my $sent = send $self->{handle}, $self->{out}, MSG_NOSIGNAL;
    substr $self->{out}, 0, $sent, q{};
    return defined $sent || _again();
}

# Whether the handshake is over.
sub is_ready ($self) {
    return $self->{ready};
}

sub is_blocked ($self) {
    return length $self->{out} > 0;
}

sub _again () {
    return $! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR;
}

# --- reading ---------------------------------------------------------------------------

# Reads all there is; whole messages are then waiting in next_message. Returns false once
# the connection has ended.
sub receive ($self) {    ## no critic (RequireFinalReturn)
    while (1) {
        my $room = $self->{wanted} - length $self->{in};
        $room = READ_BYTES if $room < READ_BYTES;
        my $got = sysread $self->{handle}, $self->{in}, $room, length $self->{in};
        return _again() if !defined $got;
        return 0        if !$got;
        $self->parse or return 0;
        return 1 if $got < $room;
    }
}

sub next_message ($self) {
    return shift @{$self->{messages}};
}

# For tests, and for whoever has another way to read.
sub feed ($self, $bytes) {
    $self->{in} .= $bytes;
    return $self->parse;
}

# Why the connection was given up, when it was.
sub problem ($self) {
    return $self->{problem};
}

sub parse ($self) {
    while (length $self->{in} >= $self->{wanted}) {
        my $stage = $self->{stage};
        $stage->($self) or return 0;
    }
    return 1;
}

sub _fail ($self, $problem) {
    $self->{problem} = $problem;
    return 0;
}

sub _greeting ($self) {
    my ($first, $tenth, $major, $mechanism) = unpack 'C x8 C C x a20', $self->{in};
    return _fail($self, 'the peer does not speak ZMTP')             if $first != 0xff || $tenth != 0x7f;
    return _fail($self, "the peer speaks ZMTP $major, 3 is needed") if $major < 3;
    return _fail($self, 'the peer wants a security mechanism other than NULL')
        if $mechanism !~ /\ANULL\0*\z/x;
    substr $self->{in}, 0, 64, q{};
    $self->{out} .= ready_command(@$self{qw(type identity)});
    @$self{qw(wanted stage)} = (2, \&_frames);
    return 1;
}

# All whole frames of the input. Each message is committed as it becomes complete, for the
# same reason as in send_message.
sub _frames ($self) {
    my ($in, $parts) = (\$self->{in}, $self->{parts});
    my ($position, $wanted, $end) = (0, 2, length $$in);
    while ($position + 2 <= $end) {
        my $flags  = vec $$in, $position, 8;
        my $length = vec $$in, $position + 1, 8;
        my $header = 2;
        if ($flags & LONG) {
            $wanted = $header = 9;
            last if $position + 9 > $end;
            $length = unpack 'Q>', substr $$in, $position + 1, 8;
            return _fail($self, "the peer sent a frame of $length bytes, over the limit")
                if $self->{size} + $length > $self->{limit} + MARGIN;
        }
        $wanted = $header + $length;
        last if $position + $wanted > $end;
        my $body = substr $$in, $position + $header, $length;
        $position += $wanted;
        $wanted = 2;
        if ($flags & COMMAND) {
            _command($self, $body) or return 0;
            next;
        }
        push @$parts, $body;
        $self->{size} += $length if $length > 255;
        next                     if $flags & MORE;
        push @{$self->{messages}}, $parts;
        $self->{parts} = $parts = [];
        $self->{size}  = 0;
    }
    substr $$in, 0, $position, q{};
    $self->{wanted} = $wanted;
    return 1;
}

sub _command ($self, $body) {
    my ($name, $rest) = unpack 'C/a a*', $body;
    if ($name eq 'READY') {
        $self->{out} .= $self->{held};
        @$self{qw(ready held)} = (1, q{});
    }
    elsif ($name eq 'PING') {
        $self->{out} .= command('PONG', substr $rest, 2);
    }
    elsif ($name eq 'ERROR') {
        return _fail($self, 'the peer refused the connection: ' . unpack 'C/a', $rest);
    }
    return 1;
}

# --- commands, as bytes ----------------------------------------------------------------

sub command ($name, $data = q{}) {
    my $body = pack('C/a', $name) . $data;
    return length $body < 256
        ? pack 'C C/a', COMMAND, $body
        : pack 'C Q>/a', COMMAND | LONG, $body;
}

sub ready_command ($type, $identity = undef) {
    my @properties = ('Socket-Type' => $type);
    push @properties, Identity => $identity if defined $identity;
    return command('READY', pack '(C/a N/a)*', @properties);
}

1;

__END__

=head1 NAME

Parley::Zmtp - one connection that speaks ZMTP 3.0 over a unix socket

=head1 SYNOPSIS

    my $wire = Parley::Zmtp->new(type => 'DEALER', identity => $id)->connect_to('ipc:///run/r');
    $wire->send_message('one', 'two');
    $wire->flush or die 'gone';
    $wire->receive or die $wire->problem // 'gone';
    while (my $frames = $wire->next_message) { ... }

=head1 DESCRIPTION

The NULL mechanism, frames and messages, PING and PONG: what F<specs/zmtp.md> asks for. Nothing
blocks: what the socket does not take stays queued while reading goes on, or two large messages
that cross would stop both sides.

=cut
