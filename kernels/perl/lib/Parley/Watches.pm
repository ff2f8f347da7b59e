package Parley::Watches;

use v5.36;

use Parley::Values;

sub new ($class, $kernel) {
    return bless {kernel => $kernel, count => 0, by_id => {}, queue => []}, $class;
}

sub add ($self, $handler) {
    my $id = 'w' . ++$self->{count};
    $self->{by_id}{$id} = $handler;
    return $id;
}

# What has come for it and was not yet handled is dropped.
sub remove ($self, $id) {
    delete $self->{by_id}{$id};
    return;
}

sub remove_all ($self) {
    $self->{by_id} = {};
    return;
}

sub on_changed ($self, $content) {
    my $id = $content->{watch} // q{};
    return if !$self->{by_id}{$id};
    my %change = (key => $content->{key}, version => $content->{version}, deleted => !!$content->{deleted});
    $change{value} = $content->{deleted} ? undef : $content->{value};
    push $self->{queue}->@*, [$id, \%change];
    $self->go_on;
    return;
}

# Opens a frame for the next change, one at a time. It answers no message: calls made in it have no parent.
sub go_on ($self) {
    my $kernel = $self->{kernel};
    return if $self->{running} || !$kernel->has_started;
    while (my $next = shift $self->{queue}->@*) {
        my ($id, $change) = @$next;
        my $handler = $self->{by_id}{$id} or next;
        $self->{running} = 1;
        $kernel->{executor}->run(
            {id => 'change-' . ++$self->{count}, raw => '{}', metadata => {}},
            undef,
            sub ($executor, $frame) {
                my ($failed, $error) = $executor->attempt($frame, $handler, $change);
                return $failed ? ($failed, $error) : ('ok', {});
            },
            title  => 'storage->watch',
            on_end => sub ($frame, $outcome, $error) { $self->_ended($frame, $outcome, $error) },
        );
        last;
    }
    return;
}

sub _ended ($self, $frame, $outcome, $error) {
    $self->{running} = 0;
    my %fields = map { $_ => $error->{$_} } grep { defined $error->{$_} } qw(ename frames traceback);
    eval {
        Parley::Streams::flush($frame) if $frame->{output};
        $self->_log("a handler of storage->watch failed: $error->{message}", %fields) if $outcome ne 'ok';
        1;
    } or eval { $self->_log('a handler of storage->watch failed, and the error is too large to be told'); 1 };
    $self->go_on;
    return;
}

sub _log ($self, $message, %fields) {
    my ($content) = Parley::Values::encode({level => 'error', message => $message, fields => \%fields});
    $self->{kernel}->send_for(undef, 'log', '{}', $content);
    return;
}

1;

__END__

=head1 NAME

Parley::Watches - handlers that are told of changes in storage, in order of change

=cut
