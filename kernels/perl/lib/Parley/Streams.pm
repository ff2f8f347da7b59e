package Parley::Streams;

use v5.36;

use Parley::Scheduler;
use Parley::Trace;
use Parley::Values;

use constant CHUNK => 8192;

# Lines go out one by one, so that none is lost in a crash, unless there are more than so many in
# so many seconds: then they are gathered.
use constant {LINES => 50, WINDOW => 0.05};

my ($session, $pid, @drained);
my $outside = {raw => '{}'};    # what is printed outside of any frame
my %dirty;
my ($window_ends, $lines) = (0, 0);

# Ties STDOUT and STDERR. The descriptors stay as they are: C code and children write to them, and
# the orchestrator reads that.
sub capture ($for) {
    ($session, $pid) = ($for, $$);
    for my $stream ([stdout => \*STDOUT, 1], [stderr => \*STDERR, 2]) {
        my ($name, $handle, $descriptor) = @$stream;
        my $former = select $handle;                 ## no critic (ProhibitOneArgSelect)
        $| = 1;                                      ## no critic (RequireLocalizedPunctuationVars)
        select $former;                              ## no critic (ProhibitOneArgSelect)
        open my $raw, '>>&', $descriptor or next;    ## no critic (RequireBriefOpen)
        tie *$handle, __PACKAGE__, $name, $raw;
    }
    return;
}

# Text on a stream of the running frame.
sub _write ($self, $text) {
    my $frame = Parley::Scheduler::current() // $outside;
    $text = Parley::Trace::clean($text, $self->{characters});
    my $output = $frame->{output} //= [$self->{name}, q{}];
    if ($output->[0] ne $self->{name}) {
        flush($frame);
        $output = $frame->{output} = [$self->{name}, q{}];
    }
    $output->[1] .= $text;
    $dirty{0 + $frame} = $frame;
    return if length $output->[1] < CHUNK && ($text !~ /\n/x || _is_flooded());
    flush($frame);
    $session->flush;
    _wait_for_room() if $session->is_crowded;
    return;
}

sub _is_flooded () {
    my $now = Parley::Scheduler::now();
    ($window_ends, $lines) = ($now + WINDOW, 0) if $now > $window_ends;
    return ++$lines > LINES;
}

# Who prints without end waits until the orchestrator has read.
sub _wait_for_room () {
    return if Parley::Scheduler::in_loop();
    my $slot = {};
    push @drained, $slot;
    Parley::Scheduler::suspend($slot);
    return;
}

# Sends what a frame has printed so far; called before every other message of that frame.
sub flush ($frame) {
    my $output = delete $frame->{output} or return;
    delete $dirty{0 + $frame};
    my ($name, $text) = @$output;
    while (length $text) {
        my $piece = substr $text, 0, 64 * CHUNK, q{};
        $session->post('stream', $frame->{raw}, '{}', sprintf '{"name":"%s","text":%s}',
            $name, Parley::Values::encode_text($piece));
    }
    return;
}

sub flush_all () {
    if (%dirty) { flush($_) for values %dirty }
    if (@drained && !$session->is_crowded) {
        Parley::Scheduler::wake($_) for splice @drained;
    }
    return;
}

# --- what perl asks of a tied handle ---------------------------------------------------

sub TIEHANDLE ($class, $name, $raw) {
    return bless {name => $name, raw => $raw, characters => 0, closed => 0}, $class;
}

sub PRINT ($self, @parts) {
    my $text = join $, // q{}, @parts;
    $text .= $\ if defined $\;
    return $self->_print($text);
}

sub PRINTF ($self, $format, @values) {
    return $self->_print(sprintf $format, @values);
}

sub WRITE ($self, $text, $length = length $text, $offset = 0) {
    return $self->_print(substr $text, $offset, $length) ? $length : undef;
}

# A forked child, and a stream that the plugin has opened elsewhere, write for themselves.
sub _print ($self, $text) {
    return if $self->{closed};
    if ($self->{elsewhere} || $$ != $pid) {
        return $self->_print_elsewhere($text);
    }
    $self->_write($text);
    return 1;
}

sub _print_elsewhere ($self, $text) {
    local ($,, $\) = (undef, undef);
    my $handle = $self->{elsewhere};
    return print {$handle} $text if $handle;
    utf8::encode($text)          if utf8::is_utf8($text);
    return syswrite $self->{raw}, $text;
}

# Closing is the plugin's affair: what it prints is then lost to it, as with any closed handle.
sub CLOSE ($self) {
    my $was_closed = $self->{closed};
    @$self{qw(closed elsewhere)} = (1, undef);
    return !$was_closed;
}

sub OPEN ($self, $mode, @where) {
    open my $handle, $mode, @where or return;    ## no critic (RequireBriefOpen)
    @$self{qw(closed elsewhere)} = (0, $handle);
    return 1;
}

sub BINMODE ($self, $layer = ':raw') {
    binmode $self->{elsewhere}, $layer if $self->{elsewhere};
    $self->{characters} = $layer =~ /utf-?8/xi ? 1 : 0;
    return 1;
}

sub FILENO ($self) {
    return fileno($self->{elsewhere} // $self->{raw});
}

1;

__END__

=head1 NAME

Parley::Streams - what a plugin prints goes out as messages of the frame that printed it

=head1 DESCRIPTION

STDOUT and STDERR are tied; the running coroutine tells whose output it is. Printing never blocks the kernel: a
handler that prints more than the orchestrator reads is suspended until it has caught up.

=cut
