package Parley::Session;

use v5.36;

use Parley::Envelope;
use Parley::Error;
use Parley::Zmtp;

# How many msg_ids are remembered at least, against replays.
use constant REMEMBERED => 1024;

# How often to wait a millisecond for the peer's part of the handshake.
use constant HANDSHAKE => 4;

# Beyond this many unsent bytes, whoever prints without end has to wait.
use constant CROWDED => 1_048_576;

sub new ($class, %connection) {
    my $limit = $connection{max_message_bytes} // 16_777_216;
    my $self  = bless {
        key      => $connection{key},
        name     => sprintf('p-%08x%08x', rand 2**32, rand 2**32),
        count    => 0,
        limit    => $limit,
        pid      => $$,
        seen     => {},
        before   => {},
        readable => q{},
        requests => Parley::Zmtp->new(type => 'DEALER', identity => $connection{kernel_id}, limit => $limit),
        events   => Parley::Zmtp->new(type => 'SUB',    limit    => $limit),
    }, $class;
    utf8::encode($self->{key});
    $self->{requests}->connect_to($connection{requests});
    $self->{events}->connect_to($connection{events});
    for my $name (qw(requests events)) {
        my $bit = $self->{bits}{$name} = $self->{$name}->descriptor;
        vec($self->{readable}, $bit, 1) = 1;
    }
    return $self;
}

sub set_limit ($self, $bytes) {
    $self->{limit} = $_->{limit} = $bytes for @$self{qw(requests events)};
    return;
}

# Greets, and sends what is queued already, as far as the peer is quick to answer; the loop does the rest. Returns false
# when the orchestrator is gone.
sub shake_hands ($self) {
    for (1 .. HANDSHAKE) {
        $self->flush       or return 0;
        $self->poll(0.001) or return 0;
        last if $self->{requests}->is_ready;
    }
    return $self->flush;
}

# --- sending ---------------------------------------------------------------------------

# Queues a message and returns its id; the loop writes what has been queued in one go.
sub post ($self, $type, $parent, $metadata, $content, @buffers) {
    my $id     = "$self->{name}-" . ++$self->{count};
    my $header = Parley::Envelope::header($id, $self->{name}, $type);
    my $bytes  = Parley::Zmtp::encode_message(
        Parley::Envelope::seal($self->{key}, $header, $parent, $metadata, $content, @buffers));
    _too_large($type, length $bytes, $self->{limit}) if length $bytes > $self->{limit};
    _forked()                                        if $$ != $self->{pid};
    $self->{requests}->send_encoded($bytes)          if !$self->{ended};
    return $id;
}

sub _too_large ($type, $size, $limit) {
    Parley::Error::TooLarge->throw(
        message => "the $type is a message of $size bytes, the limit is $limit",
        size    => $size,
        limit   => $limit,
    );
}

sub _forked () {
    Parley::Error->throw(
        message => 'this is a forked child of the kernel, which cannot speak for it: hand results to the parent, '
            . 'through a pipe for instance, and let the parent use the SDK');
}

sub subscribe ($self, $topic) {
    $self->{events}->send_message("\1$topic");
    return;
}

sub unsubscribe ($self, $topic) {
    $self->{events}->send_message("\0$topic");
    return;
}

# Writes what the sockets take now. Returns false when the orchestrator is gone.
sub flush ($self) {
    $self->{events}->flush if length $self->{events}{out};
    return !length $self->{requests}{out} || $self->{requests}->flush;
}

sub is_crowded ($self) {
    return length $self->{requests}{out} > CROWDED;
}

# Closes the sockets: what is said from now on goes nowhere.
sub end ($self) {
    $self->{ended} = 1;
    for my $socket (@$self{qw(requests events)}) {
        close $socket->{handle} or next;
    }
    return;
}

# --- receiving -------------------------------------------------------------------------

# Waits until a socket has something to say, for $timeout seconds at most (undef: as long as
# it takes), then reads all there is. Returns false when the orchestrator is gone.
sub poll ($self, $timeout) {
    my ($requests, $events) = @$self{qw(requests events)};
    my ($read,     $write)  = $self->{readable};
    for my $name (qw(requests events)) {
        vec($write, $self->{bits}{$name}, 1) = 1 if length $self->{$name}{out};
    }
    return 1 if CORE::select($read, $write, undef, $timeout) <= 0;
    return 0 if vec($read, $self->{bits}{events},   1) && !$events->receive;
    return 0 if vec($read, $self->{bits}{requests}, 1) && !$requests->receive;
    return 1;
}

sub problem ($self) {
    return $self->{requests}->problem // $self->{events}->problem;
}

# The next verified message, or undef. $topics knows the keys of topics; a message of the SUB
# has its topic in {topic}. What is no message is reported through $complain and dropped.
sub next_message ($self, $topics, $complain) {    ## no critic (RequireFinalReturn)
    while (1) {
        my ($frames, $key, $topic);
        if ($frames = shift $self->{requests}{messages}->@*) {
            $key = $self->{key};
        }
        elsif ($frames = shift $self->{events}{messages}->@*) {
            $topic = shift @$frames;
            $key   = $topics->key_of($topic);
            next if !defined $key;    # unsubscribed from a moment ago
        }
        else {
            return;
        }
        my $message = Parley::Envelope::open_frames($frames, $key);
        if (!ref $message) {
            $complain->("a message was dropped: $message");
            next;
        }
        my $id = $message->{id};
        if ($self->{seen}{$id}++ || exists $self->{before}{$id}) {
            $complain->("a message was dropped: $id came before") if !defined $topic;
            next;
        }
        $self->_forget_oldest if keys $self->{seen}->%* > REMEMBERED;
        $message->{topic} = $topic;
        return $message;
    }
}

# Two generations of ids: when the younger is full it becomes the older.
sub _forget_oldest ($self) {
    @$self{qw(before seen)} = ($self->{seen}, {});
    return;
}

1;

__END__

=head1 NAME

Parley::Session - the two sockets of a kernel, its ids and its key

=head1 DESCRIPTION

C<post> signs and queues a message, C<flush> writes what is queued, C<poll> waits and reads, C<next_message>
verifies and hands out what came. Whoever wants another transport replaces this module.

=cut
