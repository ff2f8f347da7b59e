package Parley::Attachment;

use v5.36;

use MIME::Base64 ();

use Parley::Error;
use Parley::Kernel;
use Parley::Requests;
use Parley::Scheduler;
use Parley::Values;

our @SDK = qw(attach serve detach);

# Seconds for the orchestrator's welcome.
use constant PATIENCE => 10;
use constant ADVICE   => 'Get a token with `parley attach --manifest plugin.json`.';

my $current;

# --- what a program calls --------------------------------------------------------------

sub attach (@arguments) {
    my $token   = @arguments % 2 ? shift @arguments : undef;
    my %options = @arguments;
    for my $option (keys %options) {
        Parley::Requests::usage("attach has no option '$option'; there are: token, manifest, command")
            if $option !~ /\A(?:token|manifest|command)\z/x;
    }
    Parley::Requests::usage('this program is attached already: call detach first') if $current && $current->_is_open;
    my $line = $token // $options{token}
        // (defined $options{manifest} ? _ask($options{manifest}, $options{command} // 'parley') : $ENV{PARLEY_TOKEN})
        // q{};
    my $connection = _read($line =~ s/\A\s+|\s+\z//grx);
    $current = bless {state => 'connecting', pid => $$, slot => {}}, __PACKAGE__;
    $current->_join($connection);
    return $current;
}

sub serve () {
    $current // Parley::Requests::kernel();
    return $current->_serve;
}

sub detach () {
    return if !$current;
    $current->leave;
    return;
}

# The plugin leaves in order when the program ends.
END {
    if ($current && $current->_is_open) {
        local $? = $?;
        eval { $current->leave; 1 } or warn $@;
    }
}

# --- what it is told -------------------------------------------------------------------

sub is_attached ($self) {
    return $self->{state} eq 'started';
}

sub plugin ($self) {
    return $self->{kernel}{plugin}{plugin};
}

sub leave ($self) {
    return if !$self->is_attached || $$ != $self->{pid};
    $self->{kernel}{session}->post('detach', '{}', '{}', '{}');
    $self->_serve if Parley::Scheduler::in_loop();    # a handler cannot wait for what ends it
    return;
}

sub started ($self) {
    $self->{state} = 'started';
    $self->{slot}{done} = 1;
    return;
}

sub ended ($self, $reason, $refusal) {
    @$self{qw(state reason refusal)} = ('ended', $reason, $refusal);
    return;
}

# --- how ---------------------------------------------------------------------------------

sub _is_open ($self) {
    return $self->{state} ne 'ended' && $$ == $self->{pid};
}

sub _serve ($self) {
    Parley::Requests::usage('a handler cannot serve: return, and the program goes on serving')
        if !Parley::Scheduler::in_loop();
    $self->{kernel}->pump({});
    return $self->{reason};
}

sub _join ($self, $connection) {
    $connection->{kernel_id} .= sprintf '.%08x%08x', rand 2**32, rand 2**32;
    my $kernel = eval { Parley::Kernel->join_with($connection, $self) };
    if (!$kernel) {
        my $problem = $@ =~ s/\s+\z//rx;
        $self->{state} = 'ended';
        _refuse("The orchestrator of this token cannot be reached: $problem. " . ADVICE);
    }
    $self->{kernel} = $kernel;
    Parley::Scheduler::pump_with(sub ($slot) { $kernel->pump($slot) });
    $kernel->pump($self->{slot}, PATIENCE);
    $kernel->end('the orchestrator did not answer. ' . ADVICE) if !$kernel->{welcomed} && !defined $kernel->{ended};
    $kernel->pump($self->{slot});
    return               if $self->is_attached;
    die $self->{refusal} if $self->{refusal};
    _refuse("The orchestrator has let go of this program: $self->{reason}");
}

sub _refuse ($message) {
    Parley::Error::Unavailable->throw(message => $message);
}

# The connection file that a token holds.
sub _read ($token) {
    _refuse('There is no token: PARLEY_TOKEN is not set. ' . ADVICE) if !length $token;
    my ($text) = $token =~ /\Aparley-([A-Za-z0-9_-]+)\z/x;
    my $connection
        = defined $text && eval { Parley::Values::decode(MIME::Base64::decode_base64($text =~ tr{-_}{+/}r)) };
    return $connection if ref $connection eq 'HASH' && defined $connection->{kernel_id};
    _refuse(q{This is no token of Parley's, or only a part of one. } . ADVICE);
}

# A token for the plugin of a manifest.
sub _ask ($manifest, $command) {
    my $is_open = open my $output, '-|', $command, 'attach', '--manifest', $manifest;
    my $line    = $is_open ? readline $output : undef;
    my $is_done = $is_open && close $output;
    _refuse("`$command attach` gave no token: " . ($is_open ? 'see what it says' : $!)) if !$is_done || !defined $line;
    return $line;
}

1;

__END__

=head1 NAME

Parley::Attachment - joining as a plugin from a program that Parley did not start

=head1 SYNOPSIS

    use Parley;

    attach;                                   # with the token in PARLEY_TOKEN
    provide 'desk.double' => sub ($p) { 2 * $p->{x} };
    say call 'greeter.hello', {name => 'desk'};
    serve;                                    # until the orchestrator has gone, or somebody detaches

=head1 DESCRIPTION

C<attach> joins the running orchestrator. The token comes from C<parley attach --manifest plugin.json>: it is given, or in the
variable PARLEY_TOKEN; with C<< manifest => FILE >> that command is run. It returns an object with C<is_attached>, C<plugin> and
C<leave>.

Perl has one thread: handlers run while the program waits for an answer, and in C<serve>. C<detach> runs the C<on_stop>
handlers and leaves, and so does the end of the program. In a handler it returns at once, and C<serve> then does.

=cut
