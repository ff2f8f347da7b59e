package Parley::Plugin;

use v5.36;

use Parley::Bytes;
use Parley::Context;
use Parley::Error;
use Parley::Registration;
use Parley::Scheduler;
use Parley::Stream;
use Parley::Values;
use Parley::Waiting;

our @SDK = qw(on provide call emit stream lock progress log on_start on_stop context bytes);

my $kernel;

sub attach ($to) {
    $kernel = $to;
    return;
}

sub _kernel () {
    return $kernel
        // Parley::Error->throw(message => 'this program does not run in a Parley kernel: load it with parley');
}

# --- asking ----------------------------------------------------------------------------

# Names recur; their JSON is kept, within reason.
use constant MANY_NAMES => 1000;
my %quoted;

sub _quoted ($name, $what) {
    %quoted = () if keys %quoted > MANY_NAMES;
    return $quoted{$name // q{}} //= do {
        _usage("$what is needed") if !defined $name || ref $name || !length $name;
        Parley::Values::encode_text($name);
    };
}

sub _usage ($message) {
    Parley::Error->throw(message => $message);
}

# Sends a request for the running frame.
sub _request ($type, $metadata, $content, %options) {
    my $frame = Parley::Scheduler::current();
    my $id    = _kernel()->send_for($frame, $type, $metadata, $content, @{$options{buffers} // []});
    return Parley::Waiting->new(id => $id, type => $type, pid => $$, %options);
}

# The content of a reply, or the exception that it stands for.
sub _check ($reply) {
    my $outcome = $reply->{metadata}{outcome} // 'ok';
    my $content = Parley::Envelope::content($reply);
    return $content if $outcome eq 'ok';
    my $error = Parley::Error::from_reply($outcome, $content);
    $error->{own_frames} = Parley::Trace::stack();
    die $error;
}

sub _ask (@request) {
    return _check(_request(@request)->reply);
}

# Parameters and payloads are objects on the wire, whatever the language.
sub _payload ($what, $value) {
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

sub _paths ($paths) {
    return q{} if !$paths;
    return ',"buffer_paths":' . (Parley::Values::encode($paths))[0];
}

# `NAME, {parameters}, option => value …`: the parameters may be left out.
sub _arguments ($name, $known, @rest) {
    my $params  = @rest % 2 ? shift @rest : {};
    my %options = @rest;
    for my $option (keys %options) {
        _usage("$name has no option '$option'; there are: " . join ', ', @$known) if !grep { $_ eq $option } @$known;
    }
    my $timeout = $options{timeout};
    return ($params, %options)                                   if !defined $timeout;
    _usage("the timeout is a number of seconds, not '$timeout'") if $timeout !~ /\A-?[0-9.]+(?:e-?[0-9]+)?\z/xi;
    if ($timeout <= 0) {
        Parley::Error::Timeout->throw(
            message => "$name was given no time: its timeout is $timeout seconds",
            started => !!0,
            timeout => 0 + $timeout,
        );
    }
    return ($params, %options, metadata => sprintf ',"timeout":%s', (Parley::Values::encode(0 + $timeout))[0]);
}

# --- calls -----------------------------------------------------------------------------

sub call ($method, @rest) {
    my ($params, %options) = _arguments('call', [qw(timeout on_progress)], @rest);
    my ($content, $buffers, $paths) = _payload('the parameters of a call', $params);
    my $metadata
        = '{"method":' . _quoted($method, 'the name of a method') . ($options{metadata} // q{}) . _paths($paths) . '}';
    my $reply = _request(
        'call_request', $metadata, $content,
        buffers     => $buffers,
        on_progress => $options{on_progress},
        cancel      => \&_cancel
    )->reply;
    return _check($reply)->{value};
}

sub _cancel ($id, $reason) {
    my $frame = Parley::Scheduler::current();
    $kernel->send_for($frame, 'cancel', qq({"call":"$id"}), '{"reason":' . Parley::Values::encode_text($reason) . '}');
    return;
}

sub stream ($method, @rest) {
    my ($params, %options) = _arguments('stream', [qw(timeout on_progress window)], @rest);
    my ($content, $buffers, $paths) = _payload('the parameters of a stream', $params);
    my $window = int($options{window} // 64);
    _usage('the window of a stream is at least 1') if $window < 1;
    my $metadata = sprintf '{"method":%s,"stream":true,"credit":%d%s%s}', _quoted($method, 'the name of a method'),
        $window, $options{metadata} // q{}, _paths($paths);
    my $frame = Parley::Scheduler::current();
    return Parley::Stream->new(
        window  => $window,
        check   => \&_check,
        send    => sub (@message) { $kernel->send_for($frame, @message) },
        waiting => _request('call_request', $metadata, $content, buffers => $buffers, cancel => \&_cancel),
    );
}

sub provide ($method, $handler) {
    my $name = _quoted($method, 'the name of a method');
    _usage("provide '$method' needs a sub") if ref $handler ne 'CODE';
    my $methods = _kernel()->{methods};
    _usage("'$method' is provided already") if $methods->{$method};
    $methods->{$method} = $handler;
    if (!eval { _ask('provide', '{}', qq({"method":$name})); 1 }) {
        delete $methods->{$method};
        die $@;
    }
    return Parley::Registration->new(
        sub {
            delete $methods->{$method};
            $kernel->send_for(Parley::Scheduler::current(), 'withdraw', '{}', qq({"method":$name}));
        }
    );
}

sub progress ($fraction, $message = undef) {
    my ($content) = Parley::Values::encode({fraction => $fraction, message => $message});
    _kernel()->send_for(Parley::Scheduler::current(), 'progress', '{}', $content);
    return;
}

# --- events ----------------------------------------------------------------------------

sub on ($pattern, $handler) {
    _quoted($pattern, 'the name of an event, or a pattern,');
    _usage("on '$pattern' needs a sub") if ref $handler ne 'CODE';
    my $subscriptions = _kernel()->{subscriptions};
    my $id            = $subscriptions->add($pattern, $handler);
    if (!eval {
            _ask('subscribe', '{}', qq({"subscription":"$id","pattern":$quoted{$pattern}}), subscription => $id);
            1;
        }
        )
    {
        my $error = $@;
        $subscriptions->remove($id);
        die $error;
    }
    return Parley::Registration->new(
        sub {
            $subscriptions->remove($id);
            $kernel->send_for(Parley::Scheduler::current(), 'unsubscribe', '{}', qq({"subscription":"$id"}));
        }
    );
}

sub emit ($event, $payload = {}) {
    my ($content, $buffers, $paths) = _payload('the fields of an event', $payload);
    my $metadata = '{"event":' . _quoted($event, 'the name of an event') . _paths($paths) . '}';
    return _ask('emit', $metadata, $content, buffers => $buffers)->{subscriptions};
}

# --- the rest --------------------------------------------------------------------------

sub lock ($name, @rest) {    ## no critic (ProhibitBuiltinHomonyms)
    my ($block, %options) = _arguments('lock', ['timeout'], @rest % 2 ? @rest : (undef, @rest));
    my $content  = '{"name":' . _quoted($name, 'the name of a lock') . '}';
    my $metadata = '{' . substr($options{metadata} // ',', 1) . '}';
    _ask('lock_request', $metadata, $content);
    my $frame = Parley::Scheduler::current();
    my $held
        = Parley::Registration->new(sub { $kernel->send_for($frame, 'unlock', '{}', $content) })->until_dropped;
    return $held if !$block;
    my @result = wantarray ? $block->() : scalar $block->();
    $held->dispose;
    return wantarray ? @result : $result[0];
}

my %is_level = map { $_ => 1 } qw(debug info warning error);

# `log` is also perl's logarithm: one argument that is a number, or none, still means that.
sub log (@arguments) {    ## no critic (ProhibitBuiltinHomonyms)
    return CORE::log($_) if !@arguments;
    if (@arguments == 1) {
        no warnings 'experimental::builtin';
        return CORE::log($arguments[0])
            if builtin::created_as_number($arguments[0]) || $arguments[0] =~ /\A[0-9]+(?:[.][0-9]+)?\z/x;
        unshift @arguments, 'info';
    }
    my ($level, $message, @fields) = @arguments;
    _usage("there is no level '$level'; there are: debug, info, warning, error") if !$is_level{$level};
    my %fields = @fields == 1 && ref $fields[0] eq 'HASH' ? %{$fields[0]} : @fields;
    my ($content)
        = Parley::Values::encode({level => $level, message => Parley::Trace::clean($message), fields => \%fields});
    _kernel()->send_for(Parley::Scheduler::current(), 'log', '{}', $content);
    return;
}

sub on_start ($handler) {
    push _kernel()->{on_start}->@*, $handler;
    return;
}

sub on_stop ($handler) {
    push _kernel()->{on_stop}->@*, $handler;
    return;
}

sub context () {
    return Parley::Context->new(Parley::Scheduler::current(), _kernel()->{plugin});
}

sub bytes ($octets) {
    return Parley::Bytes->new($octets);
}

1;

__END__

=head1 NAME

Parley::Plugin - the functions that a plugin calls

=head1 DESCRIPTION

L<Parley> exports these and describes them.

=cut
