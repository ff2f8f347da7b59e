package Parley::Waiting;

use v5.36;

use Scalar::Util ();

use Parley::Scheduler;

# Requests that await a reply, by msg_id. What is registered here is not kept alive by it: when the code that waits
# goes, whatever the reason, so does the request.
my %waiting;

sub new ($class, %self) {
    my $self = bless {%self, slot => {}, items => [], received => 0, progress => []}, $class;
    $waiting{$self->{id}} = $self;
    Scalar::Util::weaken($waiting{$self->{id}});
    return $self;
}

sub of ($id) {
    return $waiting{$id // q{}};
}

# Nothing is answered any more: whoever waits gets this reply.
sub answer_all ($reply) {
    for my $waiting (grep {defined} values %waiting) {
        $waiting->arrived('reply', $reply);
    }
    return;
}

# Suspends until something has come. Meanwhile the orchestrator may ask what the frame waits for.
sub await ($self) {
    $self->{slot}{done} = 0;
    my $frame = Parley::Scheduler::current() or return Parley::Scheduler::suspend($self->{slot});
    local $frame->{waiting} = $self;
    $frame->{on_wait}->($frame) if $frame->{on_wait};
    Parley::Scheduler::suspend($self->{slot});
    return;
}

# Suspends until the reply is there; progress is handed out meanwhile.
sub reply ($self) {
    while (!$self->{reply}) {
        $self->await;
        while (my $report = shift @{$self->{progress}}) { $self->{on_progress}->(@$report) }
    }
    $self->finish;
    return $self->{reply};
}

sub finish ($self) {
    $self->{finished} = 1;
    delete $waiting{$self->{id}};
    return;
}

# The caller no longer wants it: says so, and does not wait.
sub give_up ($self, $reason) {
    return if $self->{finished};
    $self->finish;
    return if $self->{reply} || !$self->{cancel} || $$ != $self->{pid};
    eval { $self->{cancel}->($self->{id}, $reason); 1 } or return;
    return;
}

sub arrived ($self, $list, $item) {
    if ($list eq 'reply') { $self->{reply} = $item }
    else                  { push @{$self->{$list}}, $item }
    $self->{received}++ if $list eq 'items';
    Parley::Scheduler::wake($self->{slot});
    return;
}

sub DESTROY ($self) {
    return if ${^GLOBAL_PHASE} eq 'DESTRUCT';
    $self->give_up('the caller gave up');
    return;
}

1;

__END__

=head1 NAME

Parley::Waiting - a request whose reply is awaited

=head1 DESCRIPTION

When the object goes before the reply has come, because an exception or the end of a coroutine took the caller away,
the call is cancelled.

=cut
