package Parley::Shapes;

use v5.36;

use Scalar::Util qw(looks_like_number);

use Parley::Requests qw(usage);

# A check returns the value as it is sent, or nothing; beside it what is expected.
my %seconds = (
    what  => 'a number of seconds above 0',
    check => sub ($value) { return looks_like_number($value) && $value > 0 && $value < 9**9**9 ? 0 + $value : undef },
);
my %count = (
    what  => 'a whole number of at least 1',
    check => sub ($value) { return defined $value && $value =~ /\A[1-9][0-9]{0,17}\z/x ? 0 + $value : undef },
);
my %pointer = (
    what  => 'a JSON pointer, like "/id"',
    check => sub ($value) { return defined $value && !ref $value && $value =~ m{\A(?:/.*)?\z}xs ? "$value" : undef },
);

my %shapes = (
    batch    => {window   => \%seconds, max      => \%count},
    debounce => {wait     => \%seconds, max_wait => \%seconds},
    throttle => {interval => \%seconds},
    latest   => {key      => \%pointer, interval => \%seconds},
);
my %is_optional = map { $_ => 1 } qw(max max_wait key);

# The shape that the options of `on` ask for, a hash of one; undef for none.
sub of (@options) {
    return                                                         if !@options;
    usage('the options of on are pairs: batch => {window => 0.5}') if @options % 2;
    my %options = @options;
    for my $name (sort keys %options) {
        usage("on has no option '$name'; there are: " . join ', ', sort keys %shapes) if !$shapes{$name};
    }
    usage('on takes one shape at a time, not ' . join ' and ', sort keys %options) if keys %options > 1;
    my ($name) = keys %options;
    return {$name => _fields($name, $options{$name})};
}

sub _fields ($name, $given) {
    my $fields = $shapes{$name};
    my $known  = join ', ', sort keys %$fields;
    usage("the option '$name' of on is a hash reference, with: $known") if ref $given ne 'HASH';
    my %checked;
    for my $field (sort keys %$given) {
        my $rule = $fields->{$field} // usage("the option '$name' of on has no field '$field'; there are: $known");
        $checked{$field} = $rule->{check}->($given->{$field})
            // usage("the field '$field' of '$name' is $rule->{what}, not " . ($given->{$field} // 'undef'));
    }
    for my $field (sort keys %$fields) {
        next if exists $checked{$field} || $is_optional{$field};
        usage("the option '$name' of on needs the field '$field'; there are: $known");
    }
    return \%checked;
}

1;

__END__

=head1 NAME

Parley::Shapes - subscriptions in another rhythm: batch, debounce, throttle, latest

=cut
