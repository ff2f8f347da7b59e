package Parley::Requests;

use v5.36;

use Exporter qw(import);

use Parley::Envelope;
use Parley::Error;
use Parley::Scheduler;
use Parley::Trace;
use Parley::Values;
use Parley::Waiting;

our @EXPORT_OK = qw(arguments ask check kernel paths payload quoted request send_for_frame usage);

my $kernel;

sub attach ($to) {
    $kernel = $to;
    return;
}

sub is_hosted () {
    return defined $kernel;
}

sub kernel () {
    return $kernel // Parley::Error->throw(
        message => 'this program does not run in a Parley kernel: load it with parley, or call attach first');
}

# Names recur; their JSON is kept, within reason.
use constant MANY_NAMES => 1000;
my %quoted;

sub quoted ($name, $what) {
    %quoted = () if keys %quoted > MANY_NAMES;
    return $quoted{$name // q{}} //= do {
        usage("$what is needed") if !defined $name || ref $name || !length $name;
        Parley::Values::encode_text($name);
    };
}

sub usage ($message) {
    Parley::Error->throw(message => $message);
}

# Sends a request for the running frame.
sub request ($type, $metadata, $content, %options) {
    my $frame = Parley::Scheduler::current();
    if (defined(my $reason = kernel()->{ended})) {
        Parley::Error::Unavailable->throw(message => "this program is not attached any more: $reason");
    }
    my $id = kernel()->send_for($frame, $type, $metadata, $content, @{$options{buffers} // []});
    return Parley::Waiting->new(id => $id, type => $type, pid => $$, %options);
}

# The content of a reply, or the exception that it stands for.
sub check ($reply) {
    my $outcome = $reply->{metadata}{outcome} // 'ok';
    my $content = Parley::Envelope::content($reply);
    return $content if $outcome eq 'ok';
    my $error = Parley::Error::from_reply($outcome, $content);
    $error->{own_frames} = Parley::Trace::stack();
    die $error;
}

sub ask (@request) {
    return check(request(@request)->reply);
}

# Parameters and payloads are objects on the wire, whatever the language.
sub payload ($what, $value) {
    if (ref $value ne 'HASH') {
        Parley::Error::InvalidPayload->throw(
            message => "$what are a hash reference, not "
                . (ref $value ? lc ref $value : defined $value ? "'$value'" : 'undef'),
            pointer  => q{},
            expected => 'object',
            got      => ref $value || 'scalar',
        );
    }
    return Parley::Values::encode($value);
}

sub paths ($paths) {
    return q{} if !$paths;
    return ',"buffer_paths":' . (Parley::Values::encode($paths))[0];
}

# `NAME, {parameters}, option => value …`: the parameters may be left out.
sub arguments ($name, $known, @rest) {
    my $params  = @rest % 2 ? shift @rest : {};
    my %options = @rest;
    for my $option (keys %options) {
        usage("$name has no option '$option'; there are: " . join ', ', @$known) if !grep { $_ eq $option } @$known;
    }
    my $timeout = $options{timeout};
    return ($params, %options)                                  if !defined $timeout;
    usage("the timeout is a number of seconds, not '$timeout'") if $timeout !~ /\A-?[0-9.]+(?:e-?[0-9]+)?\z/xi;
    if ($timeout <= 0) {
        Parley::Error::Timeout->throw(
            message => "$name was given no time: its timeout is $timeout seconds",
            started => !!0,
            timeout => 0 + $timeout,
        );
    }
    return ($params, %options, metadata => sprintf ',"timeout":%s', (Parley::Values::encode(0 + $timeout))[0]);
}

# Says something for the running frame, without a reply.
sub send_for_frame ($type, $metadata, $content) {
    kernel()->send_for(Parley::Scheduler::current(), $type, $metadata, $content);
    return;
}

1;

__END__

=head1 NAME

Parley::Requests - what the functions of the SDK share: arguments, requests and their replies

=cut
