package Parley::Plugin;

use v5.36;

use Parley::Bytes;
use Parley::Context;
use Parley::Error;
use Parley::Events qw(emit nack on reject);
use Parley::Registration;
use Parley::Requests qw(arguments ask check kernel paths payload quoted request send_for_frame usage);
use Parley::Scheduler;
use Parley::Stream;
use Parley::Values;

our @SDK = qw(
    on provide call emit stream lock progress log on_start on_stop context bytes
    nack reject services wait_for contributions storage settings
);

# --- calls -----------------------------------------------------------------------------

sub call ($method, @rest) {
    my ($params, %options) = arguments('call', [qw(timeout on_progress)], @rest);
    my ($content, $buffers, $paths) = payload('the parameters of a call', $params);
    my $metadata
        = '{"method":' . quoted($method, 'the name of a method') . ($options{metadata} // q{}) . paths($paths) . '}';
    my $reply = request(
        'call_request', $metadata, $content,
        buffers     => $buffers,
        on_progress => $options{on_progress},
        cancel      => \&_cancel
    )->reply;
    return check($reply)->{value};
}

sub _cancel ($id, $reason) {
    send_for_frame('cancel', qq({"call":"$id"}), '{"reason":' . Parley::Values::encode_text($reason) . '}');
    return;
}

sub stream ($method, @rest) {
    my ($params, %options) = arguments('stream', [qw(timeout on_progress window)], @rest);
    my ($content, $buffers, $paths) = payload('the parameters of a stream', $params);
    my $window = int($options{window} // 64);
    usage('the window of a stream is at least 1') if $window < 1;
    my $metadata = sprintf '{"method":%s,"stream":true,"credit":%d%s%s}', quoted($method, 'the name of a method'),
        $window, $options{metadata} // q{}, paths($paths);
    my ($kernel, $frame) = (kernel(), Parley::Scheduler::current());
    return Parley::Stream->new(
        window  => $window,
        check   => \&check,
        send    => sub (@message) { $kernel->send_for($frame, @message) },
        waiting => request('call_request', $metadata, $content, buffers => $buffers, cancel => \&_cancel),
    );
}

sub provide ($method, $handler) {
    my $name = quoted($method, 'the name of a method');
    usage("provide '$method' needs a sub") if ref $handler ne 'CODE';
    my $methods = kernel()->{methods};
    usage("'$method' is provided already") if $methods->{$method};
    $methods->{$method} = $handler;
    if (!eval { ask('provide', '{}', qq({"method":$name})); 1 }) {
        delete $methods->{$method};
        die $@;
    }
    return Parley::Registration->new(
        sub {
            delete $methods->{$method};
            send_for_frame('withdraw', '{}', qq({"method":$name}));
        }
    );
}

sub progress ($fraction, $message = undef) {
    my ($content) = Parley::Values::encode({fraction => $fraction, message => $message});
    send_for_frame('progress', '{}', $content);
    return;
}

# --- the rest --------------------------------------------------------------------------

sub lock ($name, @rest) {    ## no critic (ProhibitBuiltinHomonyms)
    my ($block, %options) = arguments('lock', ['timeout'], @rest % 2 ? @rest : (undef, @rest));
    my $content  = '{"name":' . quoted($name, 'the name of a lock') . '}';
    my $metadata = '{' . substr($options{metadata} // ',', 1) . '}';
    ask('lock_request', $metadata, $content);
    my ($kernel, $frame) = (kernel(), Parley::Scheduler::current());
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
    usage("there is no level '$level'; there are: debug, info, warning, error") if !$is_level{$level};
    my %fields = @fields == 1 && ref $fields[0] eq 'HASH' ? %{$fields[0]} : @fields;
    my ($content)
        = Parley::Values::encode({level => $level, message => Parley::Trace::clean($message), fields => \%fields});
    send_for_frame('log', '{}', $content);
    return;
}

sub on_start ($handler) {
    usage('on_start is for plugins that Parley starts: after attach just call the sub') if kernel()->{attachment};
    push kernel()->{on_start}->@*, $handler;
    return;
}

sub on_stop ($handler) {
    push kernel()->{on_stop}->@*, $handler;
    return;
}

sub context () {
    return Parley::Context->new(Parley::Scheduler::current(), kernel()->{plugin});
}

# Loaded when a plugin first asks.
sub _late ($module, $name) {
    Parley::Kernel::need("Parley/$module.pm");
    return "Parley::$module"->can($name);
}

sub services (@arguments) {
    return _late(Services => 'services')->(@arguments);
}

sub wait_for ($method, @options) {
    return _late(Services => 'wait_for')->($method, @options);
}

sub contributions ($point) {
    return _late(Services => 'contributions')->($point);
}

sub storage () {
    return _late(Storage => 'instance')->(kernel());
}

sub settings () {
    return kernel()->{plugin}{settings} // {};
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
