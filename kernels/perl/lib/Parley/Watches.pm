package Parley::Watches;

use v5.36;

use Parley::Streams;
use Parley::Values;

sub new ($class, $kernel) {
    return bless {kernel => $kernel, count => 0, by_id => {}, queue => []}, $class;
}

sub add ($self, $prefix, $handler) {
    my $id = 'w' . ++$self->{count};
    $self->{by_id}{$id} = {prefix => $prefix, handler => $handler};
    return $id;
}

# What has come for it and was not yet handled is dropped.
sub remove ($self, $id) {
    delete $self->{by_id}{$id};
    return;
}

sub remove_all ($self) {
    @$self{qw(by_id queue)} = ({}, []);
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

# Opens a frame for the changes that have come and will come while it runs. It answers no message: calls made in it have
# no parent.
sub go_on ($self) {
    my $kernel = $self->{kernel};
    return if $self->{running} || !$self->{queue}->@* || !$kernel->has_started;
    $self->{running} = 1;
    $kernel->{executor}->run(
        {id => 'changes-' . ++$self->{count}, raw => '{}', metadata => {}},
        undef,
        sub ($executor, $frame) { $self->_run_handlers($executor, $frame); return ('ok', {}) },
        title  => 'storage->watch',
        on_end => sub ($frame, $outcome, $error) { $self->_ended($frame, $outcome, $error) },
    );
    return;
}

sub _run_handlers ($self, $executor, $frame) {
    while (my $next = shift $self->{queue}->@*) {
        my ($id, $change) = @$next;
        my $watch = $self->{by_id}{$id} or next;
        $frame->{at} = {prefix => $watch->{prefix}, key => $change->{key}};
        my ($failed, $error) = $executor->attempt($frame, $watch->{handler}, $change);
        Parley::Streams::flush($frame)      if $frame->{output};
        $self->_log_failure($frame, $error) if $failed;
        delete @$frame{qw(exit_status exit_error deaths)};    # an exit ends this handler, not the next
    }
    return;
}

sub _ended ($self, $frame, $outcome, $error) {
    $self->{running} = 0;
    $self->_log_failure($frame, $error) if $outcome ne 'ok';
    $self->go_on;
    return;
}

sub _log_failure ($self, $frame, $error) {
    my $at     = $frame->{at};
    my $failed = "a handler of storage->watch('$at->{prefix}') failed at $at->{key}";
    my %fields = map { $_ => $error->{$_} } grep { defined $error->{$_} } qw(ename frames traceback);
    eval { $self->_log("$failed: $error->{message}", %$at, %fields); 1 }
        or $self->_log("$failed, and the error is too large to be told");
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
