package Parley::Services;

use v5.36;

use Parley::Contribution;
use Parley::Requests qw(arguments ask quoted usage);

# A list, or in scalar context a reference to one.
sub _list ($wants_list, $items) {
    return $wants_list ? @$items : $items;
}

sub services ($pattern = undef) {
    my $content = defined $pattern ? '{"pattern":' . quoted($pattern, 'a pattern of methods') . '}' : '{}';
    return _list(wantarray, ask('services_request', '{}', $content)->{services});
}

sub wait_for ($method, @options) {
    usage('the options of wait_for are pairs: timeout => 10') if @options % 2;
    my (undef, %options) = arguments('wait_for', ['timeout'], @options);
    my $content = '{"method":' . quoted($method, 'the name of a method') . '}';
    ask('service_wait', '{' . substr($options{metadata} // q{,}, 1) . '}', $content);
    return;
}

sub contributions ($point) {
    my $content = '{"point":' . quoted($point, 'the name of an extension point') . '}';
    my $entries = ask('contributions_request', '{}', $content)->{contributions};
    return _list(wantarray, [map { Parley::Contribution->new(%$_) } @$entries]);
}

1;

__END__

=head1 NAME

Parley::Services - which methods there are, and who contributes to an extension point

=head1 DESCRIPTION

C<services>, C<wait_for> and C<contributions>, which L<Parley> exports and describes.

=cut
