use Parley;

provide '__plugin__.echo' => sub ($p) { return $p->{value} };

provide '__plugin__.exit' => sub ($p) { exit 3 };

provide '__plugin__.close_output' => sub ($p) {
    close STDOUT;
    close STDERR;
    no warnings;
    print 'into nowhere';
    return 'still here';
};

provide '__plugin__.flood' => sub ($p) {
    say "line $_" for 0 .. $p->{lines} - 1;
    return $p->{lines};
};

provide '__plugin__.fork' => sub ($p) {
    my $child = fork;
    if ($child == 0) {
        eval { call '__plugin__.echo', {value => 'from the child'} };
        exit 7;
    }
    waitpid $child, 0;
    return 'parent';
};

provide '__plugin__.child' => sub ($p) {
    system 'echo from the child';
    return 'done';
};

provide '__plugin__.swallow' => sub ($p) {
    eval { call $p->{method}, $p->{params} } for 1 .. 3;
    return 'swallowed';
};

provide '__plugin__.garbage' => sub ($p) {
    if ($p->{what} eq 'cycle') {
        my %cycle;
        $cycle{a} = \%cycle;
        return \%cycle;
    }
    my %garbage = (
        function => sub { return {a => sub { }} },
        sdk      => sub { return {a => \&Parley::call, b => context} },
        error    => sub { return {a => Parley::Error->new(message => 'x')} },
        self     => sub { return bless {}, 'Own' },
    );
    return $garbage{$p->{what}}->();
};

package NotEvenText {
    use overload q{""} => sub { die 'not even text' };
}

provide '__plugin__.raise_odd' => sub ($p) {
    die            if $p->{what} eq 'nothing';
    die 'just text' if $p->{what} eq 'text';
    die {}         if $p->{what} eq 'table';
    die bless {}, 'NotEvenText';
};

provide '__plugin__.patch' => sub ($p) {
    no strict 'refs';
    no warnings;
    for my $class (qw(JSON::XS JSON::PP)) {
        *{"${class}::$_"} = sub { die 'no JSON' } for qw(encode decode);
    }
    *{'Carp::longmess'} = *{'Carp::croak'} = sub { die 'no croak' };
    $SIG{__DIE__}  = sub { print STDERR 'a handler of its own' };
    $SIG{__WARN__} = sub { die 'no warnings' };
    ($,, $\, $", $/) = ('-', 'x', '+', undef);
    return 'patched';
};

sub deeper ($n) { no warnings 'recursion'; die "deep enough\n" if $n > 200_000; return 1 + deeper($n + 1) }

provide '__plugin__.deep' => sub ($p) { return deeper(1) };
